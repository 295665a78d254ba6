"""``lsync log``: the record of every sync step and every exchange with Lightspeed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli import options
from lsync.cli.connection import ask
from lsync.cli.failures import USAGE, Failure
from lsync.cli.groups import CommandGroup, examples, group
from lsync.cli.log_filter import (
    Operation,
    Order,
    Since,
    Status,
    Terms,
    Text,
    Until,
    read_filter,
)
from lsync.cli.log_following import FIRST_FOLLOWED, follow_log
from lsync.cli.options import Json, JsonLines, Limit
from lsync.cli.pager import through_pager
from lsync.cli.paging import paged
from lsync.cli.wording import count

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import ApiCall


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


@app.command(
    "search",
    epilog=examples(
        "lsync log",
        "lsync log timeout --since 2h",
        "lsync log --order PO-1001 --status failed",
        "lsync log --filter 'status:failed,warning !operation:poll took>2'",
        "lsync log --follow",
        "lsync log --since yesterday --jsonl > log.jsonl",
    ),
)
@through_pager
def search(
    ctx: typer.Context,
    text: Text = None,
    *,
    order: Order = None,
    status: Status = None,
    operation: Operation = None,
    since: Since = None,
    until: Until = None,
    typed: Terms = None,
    limit: Limit = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with new entries until Ctrl-C.")
    ] = False,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Search the sync log, newest first. This is what `lsync log` does without a subcommand."""
    from lsync.cli.log_view import LOG_COLUMNS

    wanted = read_filter(
        text=text,
        order=order,
        status=status,
        operation=operation,
        since=since,
        until=until,
        typed=typed,
    )
    out = options.output(ctx, json=json, jsonl=jsonl)

    async def work(client: "ControlClient") -> None:
        if follow:
            await follow_log(client, wanted, out=out, first=limit or FIRST_FOLLOWED)
            return
        rows = wanted.entries(client, limit=limit)
        await out.stream(rows, LOG_COLUMNS, empty="Nothing in the log matches.", limit=limit)

    ask(ctx, work, loop=follow)


@app.command(
    "export",
    epilog=examples(
        "lsync log export log.csv",
        "lsync log export failed.jsonl --status failed --since 3d",
    ),
)
def export(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Ends in .csv or .jsonl.", show_default=False)
    ],
    text: Text = None,
    *,
    order: Order = None,
    status: Status = None,
    operation: Operation = None,
    since: Since = None,
    until: Until = None,
    typed: Terms = None,
) -> None:
    """Write the sync log to a file, newest first. CSV cells cannot act as formulas."""
    from lsync.cli.log_export import export as write
    from lsync.cli.progress import counting

    wanted = read_filter(
        text=text,
        order=order,
        status=status,
        operation=operation,
        since=since,
        until=until,
        typed=typed,
    )

    async def work(client: "ControlClient") -> int:
        with counting("entries", quiet=options.general(ctx).quiet) as on_row:
            return await write(wanted.entries(client), file, on_row=on_row)

    written = ask(ctx, work)
    options.output(ctx).say(f"Wrote {count(written, 'entry', 'entries')} to {file}.")


@app.command("show", epilog=examples("lsync log show 42", "lsync log show 42 --json"))
@through_pager
def show(
    ctx: typer.Context,
    entry: Annotated[
        str, typer.Argument(metavar="ID", help="Log id: 42 or log:42.", show_default=False)
    ],
    *,
    json: Json = False,
) -> None:
    """Show one entry of the sync log whole, with its requests to Lightspeed and their answers."""
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
@through_pager
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
@through_pager
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
