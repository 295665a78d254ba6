"""``lsync status``: the whole system at a glance."""

import typer

from lsync.cli import options
from lsync.cli.connection import ask
from lsync.cli.failures import FAILED
from lsync.cli.groups import examples, single
from lsync.cli.options import Json

app = single()


@app.command("status", epilog=examples("lsync status", "lsync status --json"))
def status(ctx: typer.Context, *, json: Json = False) -> None:
    """Show health, orders, queue, workers, budget and recent syncs.

    Exits 1 when a part has failed.
    """
    from lsync.cli.status_view import print_status

    now = ask(ctx, lambda client: client.status())
    out = options.output(ctx, json=json)
    if json:
        out.one(now)
    else:
        print_status(out, now)
    if any(part.state == "failed" for part in now.health):
        raise typer.Exit(FAILED)
