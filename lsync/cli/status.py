"""``lsync status``: the whole system at a glance."""

import typer

from lsync.cli import options
from lsync.cli.connection import ask
from lsync.cli.failures import FAILED
from lsync.cli.groups import examples, part
from lsync.cli.options import Json, Watch
from lsync.cli.pager import through_pager
from lsync.cli.watching import show_again

app = part()


@app.command(
    "status", epilog=examples("lsync status", "lsync status --watch", "lsync status --json")
)
@through_pager
def status(ctx: typer.Context, *, watch: Watch = False, json: Json = False) -> None:
    """Show health, orders, queue, workers, budget and recent syncs.

    Exits 1 when a part has failed.
    """
    from lsync.cli.status_view import print_status

    out = options.output(ctx, json=json)
    failed = False

    def show() -> None:
        nonlocal failed
        now = ask(ctx, lambda client: client.status())
        failed = any(part.state == "failed" for part in now.health)
        if json:
            out.one(now)
        else:
            print_status(out, now)

    show_again(show, watch=watch)
    if failed:
        raise typer.Exit(FAILED)
