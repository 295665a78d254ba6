"""``lsync queue``: counting jobs, by state and by error."""

import typer

from lsync.cli import options
from lsync.cli.connection import ask
from lsync.cli.groups import examples, part
from lsync.cli.options import Json, JsonLines, Watch
from lsync.cli.pager import through_pager
from lsync.cli.watching import show_again

app = part()


@app.command(
    "stats",
    epilog=examples("lsync queue stats", "lsync queue stats --watch", "lsync queue stats --json"),
)
@through_pager
def stats(ctx: typer.Context, *, watch: Watch = False, json: Json = False) -> None:
    """Count jobs by state and priority; show durations, workers and pauses."""
    out = options.output(ctx, json=json)

    def show() -> None:
        counted = ask(ctx, lambda client: client.stats())
        if json:
            out.one(counted)
        else:
            from lsync.cli.job_view import print_stats

            print_stats(out, counted)

    show_again(show, watch=watch)


@app.command("errors", epilog=examples("lsync queue errors", "lsync queue errors --json"))
@through_pager
def errors(ctx: typer.Context, *, json: Json = False, jsonl: JsonLines = False) -> None:
    """Group the failed jobs by their error, the largest group first.

    `lsync queue retry --failed --error CLASS` acts on one group.
    """
    from lsync.cli.job_view import ERROR_COLUMNS

    counted = ask(ctx, lambda client: client.stats())
    options.output(ctx, json=json, jsonl=jsonl).rows(
        counted.error_groups, ERROR_COLUMNS, empty="No job has failed."
    )
