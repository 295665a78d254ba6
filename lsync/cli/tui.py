"""``lsync tui``: the live dashboard."""

import sys
from typing import Annotated

import typer

from lsync.cli.choices import check_choice
from lsync.cli.failures import USAGE, Failure
from lsync.cli.groups import examples, single
from lsync.cli.options import general

app = single()

VIEWS = ("overview", "orders", "jobs", "log", "webhooks", "api", "settings")


@app.command("tui", epilog=examples("lsync tui", "lsync tui orders", "lsync tui --no-mouse"))
def tui(
    ctx: typer.Context,
    view: Annotated[
        str, typer.Argument(metavar="[VIEW]", help=f"One of {', '.join(VIEWS)}.")
    ] = "overview",
    *,
    mouse: Annotated[bool, typer.Option("--mouse/--no-mouse", help="Listen to the mouse.")] = True,
) -> None:
    """Open the live dashboard. It reconnects by itself when the daemon is away."""
    from lsync.cli.dashboard import open_dashboard

    check_choice("VIEW", view, VIEWS)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Failure(
            "The dashboard needs a terminal.",
            next_step="In scripts use `lsync status --json`.",
            code=USAGE,
        )
    code = open_dashboard(general(ctx), view=view, mouse=mouse)
    if code:
        raise typer.Exit(code)
