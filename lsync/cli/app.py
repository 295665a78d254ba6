"""The command line's first level: which commands there are, and the options they all take."""

import os
from pathlib import Path
from typing import Annotated

import typer

from lsync import __version__
from lsync.cli.groups import Entry, RootGroup, examples
from lsync.cli.options import General
from lsync.daemon.collector import leave_all_to_the_end, put_off_collecting

DAILY = "Daily work"
QUEUE = "Queue and records"
SETUP = "Setting up and running"

ENTRIES = {
    "attention": Entry(
        module="lsync.cli.attention", help="What waits for a person, newest first.", section=DAILY
    ),
    "status": Entry(module="lsync.cli.status", help="The whole system at a glance.", section=DAILY),
    "po": Entry(
        module="lsync.cli.po", help="Purchase orders: import, list, show, approve.", section=DAILY
    ),
    "sync": Entry(
        module="lsync.cli.sync", help="Push orders to Lightspeed and follow them.", section=DAILY
    ),
    "decide": Entry(
        module="lsync.cli.decide",
        help="Questions that wait for a person: list, accept, reject.",
        section=DAILY,
    ),
    "map": Entry(
        module="lsync.cli.map",
        help="What suppliers, outlets and SKUs of orders stand for at Lightspeed.",
        section=DAILY,
    ),
    "stock": Entry(
        module="lsync.cli.stock",
        help="Stock adjustments: record, import, list.",
        section=DAILY,
    ),
    "tui": Entry(module="lsync.cli.tui", help="The live dashboard.", section=DAILY),
    "web": Entry(module="lsync.cli.web", help="The dashboard in a browser.", section=DAILY),
    "queue": Entry(
        module="lsync.cli.queue", help="Jobs: list, show, retry, cancel, pause.", section=QUEUE
    ),
    "log": Entry(
        module="lsync.cli.log", help="Search the record of every sync step.", section=QUEUE
    ),
    "report": Entry(
        module="lsync.cli.report",
        help="Figures over a period: orders, differences, syncs, failures.",
        section=QUEUE,
    ),
    "webhook": Entry(
        module="lsync.cli.webhook", help="Webhooks: subscribe, list, events.", section=QUEUE
    ),
    "vend": Entry(module="lsync.cli.vend", help="Ask Lightspeed directly.", section=QUEUE),
    "demo": Entry(
        module="lsync.cli.demo.command", help="Try everything on this machine.", section=SETUP
    ),
    "daemon": Entry(
        module="lsync.cli.daemon", help="Run the daemon in the foreground.", section=SETUP
    ),
    "simulator": Entry(
        module="lsync.cli.simulator",
        help="Run an offline X-Series to try things on.",
        section=SETUP,
    ),
    "doctor": Entry(
        module="lsync.cli.doctor.command", help="Find what is wrong, with the fix.", section=SETUP
    ),
    "config": Entry(
        module="lsync.cli.config", help="Settings and where each came from.", section=SETUP
    ),
    "db": Entry(
        module="lsync.cli.db", help="The database: status, upgrade, backup.", section=SETUP
    ),
    "adopt": Entry(
        module="lsync.cli.adopt",
        help="Take over the links an older integration left.",
        section=SETUP,
    ),
    "help": Entry(module="lsync.cli.help", help="Explain a command, with examples.", section=SETUP),
}


class Root(RootGroup):
    """lsync's commands."""

    entries = ENTRIES


app = typer.Typer(
    name="lsync",
    cls=Root,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog=examples(
        "lsync", "lsync po import orders.csv", "lsync sync po PO-1001", "lsync help sync po"
    ),
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lsync {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    *,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="The settings file.")
    ] = None,
    socket: Annotated[
        Path | None,
        typer.Option(
            "--socket",
            metavar="PATH",
            readable=False,  # one that may not be opened is told apart from none
            help="The daemon's control socket.",
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show tracebacks and details.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Leave out remarks.")] = False,
    no_pager: Annotated[
        bool, typer.Option("--no-pager", help="Print long texts without $LSYNC_PAGER or $PAGER.")
    ] = False,
    version: Annotated[  # noqa: ARG001 - handled by its callback before anything else
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Keep purchase orders and Lightspeed Retail X-Series in step.

    These options work with every command, before or after it. Without a command lsync shows
    what waits for a person.
    """
    ctx.obj = General(config=config, socket=socket, verbose=verbose, quiet=quiet, no_pager=no_pager)
    if ctx.invoked_subcommand is None:
        from lsync.cli.attention import attention

        attention(ctx)


def run() -> None:
    """The console script."""
    # Looking for plugins of pydantic reads the description of every package that is installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "true")
    put_off_collecting()
    try:
        app()
    finally:
        leave_all_to_the_end()
