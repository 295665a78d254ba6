"""``lsync daemon``: the background process, in the foreground."""

from functools import partial
from typing import Annotated

import typer

from lsync.cli.connection import load
from lsync.cli.groups import examples, part
from lsync.cli.options import general

app = part()


@app.command(
    "daemon",
    epilog=examples(
        "lsync daemon", "lsync daemon --config /etc/lsync/config.toml", "systemctl start lsync"
    ),
)
def daemon(
    ctx: typer.Context,
    *,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only show; change nothing, run no jobs.")
    ] = False,
) -> None:
    """Run the daemon: worker, poller, webhook endpoint and control socket.

    It creates its database on first start. SIGTERM or Ctrl-C ends it after what runs has
    finished.
    """
    from lsync.daemon.main import run_daemon

    raise typer.Exit(run_daemon(partial(load, general(ctx)), read_only=read_only))
