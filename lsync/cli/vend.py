"""``lsync vend``: what Lightspeed itself answers."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli import options
from lsync.cli.completing import order_numbers
from lsync.cli.connection import ask
from lsync.cli.failures import FAILED, USAGE, Failure
from lsync.cli.groups import examples, group
from lsync.cli.oauth_callback import Arrival, listening, read_pasted
from lsync.cli.options import Json, JsonLines, Limit, Yes
from lsync.cli.pager import through_pager
from lsync.cli.questions import confirm
from lsync.core.domain.sanitise import visible

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import VendLogin, VendProduct

CALLBACK_PORT = 8751
PAGE = 500
"""Products asked for at once: a page is a call, however long it is."""

app = group(
    "Ask Lightspeed directly.",
    "lsync vend test",
    "lsync vend products --sku SKU-0001",
    "lsync vend consignment PO-1001",
)


@app.callback()
def vend() -> None:
    """Ask Lightspeed directly. What only reads needs neither daemon nor database."""


@app.command("test", epilog=examples("lsync vend test", "lsync vend test --json"))
def try_connection(ctx: typer.Context, *, json: Json = False) -> None:
    """Try address and token with one cheap call.

    Exits 1 when Lightspeed refuses, 69 when it cannot be reached. The running daemon tries its
    own settings. Without one those of this shell are tried; no database is needed for that.
    """
    from lsync.cli.trying import try_shop
    from lsync.cli.vend_view import tried_text

    tried = try_shop(ctx)
    out = options.output(ctx, json=json)
    if json:
        out.one(tried)
    else:
        out.text(tried_text(tried))
    if not tried.ok:
        raise typer.Exit(tried.exit_code or FAILED)


@app.command("outlets", epilog=examples("lsync vend outlets", "lsync vend outlets --json"))
@through_pager
def outlets(ctx: typer.Context, *, json: Json = False, jsonl: JsonLines = False) -> None:
    """List the outlets of the shop."""
    from lsync.cli.vend_view import outlet_columns

    found = ask(ctx, lambda client: client.vend_outlets(), database=False)
    out = options.output(ctx, json=json, jsonl=jsonl)
    out.rows(found, outlet_columns(), empty="The shop has no outlets.")


@app.command("suppliers", epilog=examples("lsync vend suppliers", "lsync vend suppliers --json"))
@through_pager
def suppliers(ctx: typer.Context, *, json: Json = False, jsonl: JsonLines = False) -> None:
    """List the suppliers of the shop."""
    from lsync.cli.vend_view import supplier_columns

    found = ask(ctx, lambda client: client.vend_suppliers(), database=False)
    out = options.output(ctx, json=json, jsonl=jsonl)
    out.rows(found, supplier_columns(), empty="The shop has no suppliers.")


@app.command(
    "products",
    epilog=examples(
        "lsync vend products --limit 20",
        "lsync vend products --sku SKU-0001",
        "lsync vend products --search mug --json",
    ),
)
@through_pager
def products(
    ctx: typer.Context,
    *,
    sku: Annotated[str | None, typer.Option("--sku", help="Only the product of this SKU.")] = None,
    search: Annotated[
        str | None,
        typer.Option("--search", help="Only those with this text in name or SKU; reads all."),
    ] = None,
    limit: Limit = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """List products of the shop. Exits 1 when nothing has the SKU."""
    if sku is not None and search is not None:
        raise Failure("Give --sku or --search, not both.", code=USAGE)
    from lsync.cli.vend_view import product_columns

    out = options.output(ctx, json=json, jsonl=jsonl)

    async def work(client: "ControlClient") -> None:
        rows = _products(client, sku=sku, text=search, limit=limit)
        empty = "The shop has no products." if search is None else "No product has that text."
        await out.stream(rows, product_columns(), empty=empty, limit=limit)

    ask(ctx, work, database=False)


@app.command(
    "consignment",
    epilog=examples("lsync vend consignment PO-1001", "lsync vend consignment PO-1001 --json"),
)
@through_pager
def consignment(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="Order number, or a consignment's id or reference.",
            autocompletion=order_numbers,
            show_default=False,
        ),
    ],
    *,
    json: Json = False,
) -> None:
    """Show a consignment as Lightspeed has it now, with its lines. Exits 1 if there is none."""
    from lsync.cli.vend_view import consignment_text, line_columns

    found = ask(ctx, lambda client: client.vend_consignment(name), database=False)
    out = options.output(ctx, json=json)
    if json:
        out.one(found)
        return
    out.text(consignment_text(found))
    out.rows(found.lines, line_columns(), empty="It has no lines.")


@app.command("probe", epilog=examples("lsync vend probe", "lsync vend probe --yes --json"))
def probe(ctx: typer.Context, *, yes: Yes = False, json: Json = False) -> None:
    """Find out what this account does where the API documents leave it open; asks first.

    Creates one OPEN consignment with one line and deletes it again: nothing is sent or received
    and no stock moves. What was found is kept in the settings.
    """
    from lsync.cli.vend_view import probe_text

    question = (
        "A probe creates one OPEN consignment of one product in the shop and deletes it again, "
        "in about ten calls. No stock moves. Go on?"
    )
    confirm(question, yes=yes)
    found = ask(ctx, lambda client: client.vend_probe())
    out = options.output(ctx, json=json)
    if json:
        out.one(found)
    else:
        out.text(probe_text(found))


@app.command(
    "login",
    epilog=examples("lsync vend login", "lsync vend login --redirect-url https://example.com/cb"),
)
def login(
    ctx: typer.Context,
    *,
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65535, help="Port on 127.0.0.1 for the browser's answer."
        ),
    ] = CALLBACK_PORT,
    redirect_url: Annotated[
        str | None,
        typer.Option("--redirect-url", help="The application's own; paste what it is called with."),
    ] = None,
    json: Json = False,
) -> None:
    """Log in to the shop by OAuth: open the address in a browser and grant access.

    Needs lightspeed.client_id and lightspeed.client_secret. The application must allow the
    redirect address http://127.0.0.1:PORT/callback or that of --redirect-url. Without a browser
    on this machine, paste the address that the browser ends at.
    """
    from lsync.cli.vend_view import login_text

    done = ask(ctx, lambda client: _log_in(client, port=port, redirect_url=redirect_url), loop=True)
    out = options.output(ctx, json=json)
    if json:
        out.one(done)
    else:
        out.text(login_text(done))


async def _log_in(client: "ControlClient", *, port: int, redirect_url: str | None) -> "VendLogin":
    state = token_urlsafe(24)
    arrival = Arrival(state=state, tell=_tell)
    async with AsyncExitStack() as stack:
        if redirect_url is None:
            redirect = await stack.enter_async_context(listening(arrival, port=port))
        else:
            redirect = redirect_url
        where = await client.vend_authorization(redirect_uri=redirect, state=state)
        _tell(f"Open this address in a browser and grant access:\n\n{where.url}\n")
        _tell("Then come back here, or paste the address that the browser ends at.")
        read_pasted(arrival, only_way=redirect_url is not None)
        callback = await arrival.wait()
    return await client.vend_login(
        callback.code, redirect_uri=redirect, domain_prefix=callback.domain_prefix
    )


def _tell(text: str) -> None:
    """Say what has to be done, also under ``--quiet`` and beside ``--json``."""
    typer.echo(visible(text, keep_lines=True), err=True)


async def _products(
    client: "ControlClient", *, sku: str | None, text: str | None, limit: int | None
) -> AsyncIterator["VendProduct"]:
    """Products page by page, in bounded memory; ends where the cursor does not advance."""
    left, after = limit, None
    while True:
        size = PAGE if left is None else min(PAGE, left)
        page = await client.vend_products(sku=sku, text=text, limit=size, after=after)
        for product in page.products[:left]:
            yield product
        left = None if left is None else left - len(page.products)
        ended = page.cursor is None or (after is not None and page.cursor <= after)
        if ended or (left is not None and left <= 0):
            return
        after = page.cursor
