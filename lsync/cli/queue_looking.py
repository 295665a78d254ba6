"""``lsync queue``: looking at jobs, many or one."""

from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli import options
from lsync.cli.choices import JOB_STATES, check_choice
from lsync.cli.completing import one_of
from lsync.cli.connection import ask
from lsync.cli.groups import examples, part
from lsync.cli.options import JobId, Json, JsonLines, Watch
from lsync.cli.pager import through_pager
from lsync.cli.selection import WhichJobs, takes
from lsync.cli.watching import show_again

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient

app = part()


@app.command(
    "list",
    epilog=examples(
        "lsync queue list",
        "lsync queue list failed 20 --type sync.push",
        "lsync queue list --supplier Northwind --since yesterday",
        "lsync queue list --filter 'state:failed age>1h !timeout'",
        "lsync queue list --stuck",
    ),
)
@through_pager
@takes(WhichJobs)
def list_(
    ctx: typer.Context,
    state: Annotated[
        str | None,
        typer.Argument(
            metavar="STATE",
            help=f"One of {', '.join(JOB_STATES)}.",
            show_default=False,
            autocompletion=one_of(JOB_STATES),
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Argument(metavar="LIMIT", min=1, help="At most this many.", show_default=False),
    ] = None,
    *,
    which: WhichJobs,
    watch: Watch = False,
    stuck: Annotated[
        bool, typer.Option("--stuck", help="Running jobs whose lease has expired.")
    ] = False,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """List jobs, newest first."""
    from lsync.cli.choosing import matching_jobs
    from lsync.cli.job_view import JOB_COLUMNS, STUCK_COLUMNS

    check_choice("STATE", state, JOB_STATES)
    out = options.output(ctx, json=json, jsonl=jsonl)

    async def work(client: "ControlClient") -> None:
        rows = matching_jobs(client, which, limit=limit, state=state, stuck=stuck)
        columns = STUCK_COLUMNS if stuck else JOB_COLUMNS
        empty = "No job is stuck." if stuck else "No jobs match."
        await out.stream(rows, columns, empty=empty, limit=limit)

    show_again(lambda: ask(ctx, work), watch=watch)


@app.command("show", epilog=examples("lsync queue show 17", "lsync queue show 17 --json"))
@through_pager
def show(ctx: typer.Context, job: JobId, *, json: Json = False) -> None:
    """Show one job: payload, every attempt, the error explained."""
    from lsync.cli.job_view import print_job

    found = ask(ctx, lambda client: client.job(job))
    out = options.output(ctx, json=json)
    if json:
        out.one(found)
    else:
        print_job(out, found)
