"""``lsync log``: the record of every sync step and every exchange with Lightspeed."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli import options
from lsync.cli.choices import LOG_STATUSES, check_choice
from lsync.cli.connection import ask
from lsync.cli.failures import USAGE, Failure
from lsync.cli.groups import CommandGroup, examples, group
from lsync.cli.moments import parse_moment
from lsync.cli.options import Json, JsonLines, Limit
from lsync.cli.paging import paged

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import ApiCall, LogEntry


class LogGroup(CommandGroup):
    """``lsync log words`` searches, like ``lsync log search words``."""

    fallback = "search"


app = group(
    "Search the record of every sync step.",
    "lsync log",
    "lsync log timeout --since 2h",
    "lsync log show 42",
    cls=LogGroup,
)

Since = Annotated[
    str | None, typer.Option("--since", help="From then on: 2h, yesterday, 2026-11-01.")
]
Until = Annotated[str | None, typer.Option("--until", help="Up to then; written like --since.")]
Order = Annotated[str | None, typer.Option("--order", help="Only this order.")]


@app.command(
    "search",
    epilog=examples(
        "lsync log",
        "lsync log timeout --since 2h",
        "lsync log --order PO-1001 --status failed",
        "lsync log --since yesterday --jsonl > log.jsonl",
    ),
)
def search(
    ctx: typer.Context,
    text: Annotated[
        str | None, typer.Argument(metavar="[TEXT]", help="Words to look for.", show_default=False)
    ] = None,
    *,
    order: Order = None,
    status: Annotated[
        str | None, typer.Option("--status", help=f"One of {', '.join(LOG_STATUSES)}.")
    ] = None,
    operation: Annotated[
        str | None, typer.Option("--operation", help="push, pull, poll, import, approve …")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Search the sync log, newest first. This is what `lsync log` does without a subcommand."""
    from lsync.cli.log_view import LOG_COLUMNS

    check_choice("--status", status, LOG_STATUSES)
    earliest, latest = moment("--since", since), moment("--until", until)
    out = options.output(ctx, json=json, jsonl=jsonl)

    async def work(client: "ControlClient") -> None:
        async def page(before: int | None, size: int) -> "tuple[LogEntry, ...]":
            return await client.log(
                text=text,
                order=order,
                status=status,
                operation=operation,
                since=earliest,
                until=latest,
                limit=size,
                before=before,
            )

        rows = paged(page, lambda entry: entry.id, limit=limit)
        await out.stream(rows, LOG_COLUMNS, empty="Nothing in the log matches.", limit=limit)

    ask(ctx, work)


@app.command("show", epilog=examples("lsync log show 42", "lsync log show 42 --json"))
def show(
    ctx: typer.Context,
    entry: Annotated[
        str, typer.Argument(metavar="ID", help="Log id: 42 or log:42.", show_default=False)
    ],
    *,
    json: Json = False,
) -> None:
    """Show one entry of the sync log whole."""
    from lsync.cli.log_view import print_entry

    number = entry.removeprefix("log:")
    if not number.isdecimal():
        raise Failure(f"{entry} is no log id.", next_step="Write 42 or log:42.", code=USAGE)
    found = ask(ctx, lambda client: client.log_entry(int(number)))
    out = options.output(ctx, json=json)
    if json:
        out.one(found)
    else:
        print_entry(out, found)


@app.command("calls", epilog=examples("lsync log calls", "lsync log calls --order PO-1001 --json"))
def calls(
    ctx: typer.Context,
    *,
    order: Order = None,
    limit: Limit = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """List HTTP exchanges with Lightspeed, newest first."""
    from lsync.cli.log_view import CALL_COLUMNS

    out = options.output(ctx, json=json, jsonl=jsonl)

    async def work(client: "ControlClient") -> None:
        async def page(before: int | None, size: int) -> "tuple[ApiCall, ...]":
            return await client.api_calls(order=order, limit=size, before=before)

        rows = paged(page, lambda call: call.id, limit=limit)
        await out.stream(rows, CALL_COLUMNS, empty="No exchanges are recorded.", limit=limit)

    ask(ctx, work)


@app.command("call", epilog=examples("lsync log call 7", "lsync log call 7 --json"))
def call(
    ctx: typer.Context,
    number: Annotated[
        int, typer.Argument(metavar="CALL", min=1, help="Id of the exchange.", show_default=False)
    ],
    *,
    json: Json = False,
) -> None:
    """Show one exchange: request and answer, secrets removed."""
    from lsync.cli.log_view import print_call

    found = ask(ctx, lambda client: client.api_call(number))
    out = options.output(ctx, json=json)
    if json:
        out.one(found)
    else:
        print_call(out, found)


def moment(option: str, text: str | None) -> datetime | None:
    """The moment an option names.

    Raises:
        Failure: it is not written like one.
    """
    if text is None:
        return None
    try:
        return parse_moment(text, now=datetime.now(UTC))
    except (ValueError, OverflowError) as error:
        raise Failure(
            f"{option} cannot be {text}.", next_step=f"{error}".capitalize() + ".", code=USAGE
        ) from error
