"""``lsync web``: the dashboard in a browser on this machine."""

from typing import Annotated

import typer

from lsync.cli.groups import examples, part
from lsync.cli.options import general

app = part()


@app.command("web", epilog=examples("lsync web", "lsync web --port 9000", "lsync web --write"))
def web(
    ctx: typer.Context,
    *,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="Port on this machine only.")
    ] = 8770,
    write: Annotated[
        bool, typer.Option("--write", help="Let the browser change things, not only look.")
    ] = False,
) -> None:
    """Show the dashboard in a browser, read-only unless asked otherwise.

    It listens on 127.0.0.1 only, and only the address it prints, with its key, opens it. From
    another machine use an SSH tunnel: `ssh -L 8770:127.0.0.1:8770 HOST`.
    """
    from lsync.cli.browser import serve

    serve(general(ctx), port=port, read_only=not write)
