"""``lsync vend``: what Lightspeed itself answers."""

import typer

from lsync.cli import options
from lsync.cli.connection import ask
from lsync.cli.failures import FAILED
from lsync.cli.groups import examples, group
from lsync.cli.options import Json
from lsync.cli.wording import listing, marked

app = group("Ask Lightspeed directly.", "lsync vend test")


@app.callback()
def vend() -> None:
    """Ask Lightspeed directly."""


@app.command("test", epilog=examples("lsync vend test", "lsync vend test --json"))
def try_connection(ctx: typer.Context, *, json: Json = False) -> None:
    """Try address and token with one cheap call. Exits 1 if Lightspeed refuses."""
    tried = ask(ctx, lambda client: client.vend_test())
    out = options.output(ctx, json=json)
    if json:
        out.one(tried)
    else:
        mark = marked("ok" if tried.ok else "failed").text[0]
        lines = [f"{mark} {tried.message}", f"  {tried.base_url}"]
        if tried.ok:
            lines.append(f"  Outlets: {listing(tried.outlets)}")
        if tried.budget is not None:
            lines.append(
                f"  Calls left in this window: {tried.budget.remaining} of {tried.budget.limit}"
            )
        if tried.next_step:
            lines.append(f"  Next: {tried.next_step}")
        out.text("\n".join(lines))
    if not tried.ok:
        raise typer.Exit(FAILED)
