"""``lsync daemon``: the background process, in the foreground."""

import typer

from lsync.cli.groups import examples, single

app = single()


@app.command(
    "daemon", epilog=examples("lsync daemon", "lsync daemon --config /etc/lsync/config.toml")
)
def daemon(ctx: typer.Context) -> None:
    """Run the daemon: worker, poller, webhook endpoint and control socket.

    It creates its database on first start, ends on SIGTERM or Ctrl-C after finishing what
    runs, and is what `systemctl start lsync` starts.
    """
