"""``lsync tui``: the live dashboard."""

import os
import sys
from typing import Annotated

import typer

from lsync.cli.choices import check_choice
from lsync.cli.failures import USAGE, Failure
from lsync.cli.groups import examples, part
from lsync.cli.options import general

app = part()

VIEWS = ("overview", "orders", "jobs", "log", "webhooks", "api", "settings")


@app.command(
    "tui",
    epilog=examples(
        "lsync tui",
        "lsync tui jobs --filter 'state:failed age>1h'",
        "lsync tui --order PO-1001",
        "lsync tui --host operations@shop.example --read-only",
    ),
)
def tui(
    ctx: typer.Context,
    view: Annotated[
        str | None,
        typer.Argument(
            metavar="VIEW",
            help=f"One of {', '.join(VIEWS)}; else the one left last.",
            show_default=False,
        ),
    ] = None,
    *,
    filter_: Annotated[
        str | None, typer.Option("--filter", help="The view's filter, as typed after /.")
    ] = None,
    order: Annotated[str | None, typer.Option("--order", help="Open this order.")] = None,
    job: Annotated[int | None, typer.Option("--job", help="Open this job.")] = None,
    host: Annotated[
        str | None,
        typer.Option(
            "--host",
            metavar="[USER@]HOST[:SOCKET]",
            help="A daemon on another machine, by SSH.",
        ),
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Look, change nothing; the daemon enforces it.")
    ] = False,
    mouse: Annotated[bool, typer.Option("--mouse/--no-mouse", help="Listen to the mouse.")] = True,
) -> None:
    """Open the live dashboard. It reconnects by itself when the daemon is away."""
    from lsync.cli.dashboard import Opening, open_dashboard

    if view is not None:
        check_choice("VIEW", view, VIEWS)
    if not (_in_a_browser() or (sys.stdin.isatty() and sys.stdout.isatty())):
        raise Failure(
            "The dashboard needs a terminal.",
            next_step="In scripts use `lsync status --json`; in a browser `lsync web`.",
            code=USAGE,
        )
    opening = Opening(view=view, typed=filter_, order=order, job=job)
    code = open_dashboard(
        general(ctx),
        opening=opening,
        remembers=not _in_a_browser(),
        mouse=mouse,
        host=host,
        read_only=read_only,
    )
    if code:
        raise typer.Exit(code)


def _in_a_browser() -> bool:
    """Whether the screen is drawn by another driver than the terminal's, as `lsync web` does."""
    return "TEXTUAL_DRIVER" in os.environ
