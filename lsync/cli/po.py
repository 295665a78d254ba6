"""``lsync po``: purchase orders as the back office knows them."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lsync.cli import invoice, options, po_changing
from lsync.cli import receive as receiving
from lsync.cli.choices import ORDER_STATES, SYNC_STATES, check_choice
from lsync.cli.connection import ask
from lsync.cli.failures import FAILED, USAGE, Failure
from lsync.cli.groups import examples, group
from lsync.cli.log_filter import Since, Until, read_moment
from lsync.cli.options import Json, JsonLines, Limit, OrderNumber, OrderNumbers, SomeOrders, Yes
from lsync.cli.order_file import read_columns, read_order_file
from lsync.cli.paging import paged
from lsync.cli.questions import confirm
from lsync.cli.wording import count, listing
from lsync.core.domain.order import OrderState

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import ApprovedOrder, OrderDetail, OrderSummary

app = group(
    "Purchase orders: import, list, show, approve.",
    "lsync po import orders.csv",
    "lsync po approve --all",
    "lsync po list",
)

UNAPPROVED = (OrderState.DRAFT, OrderState.PENDING_APPROVAL)
SHOWN_NUMBERS = 8
"""Order numbers named in a question before it says how many more there are."""


@app.command(
    "import",
    epilog=examples(
        "lsync po import orders.csv",
        "lsync po import orders.csv --dry-run",
        "lsync po import bestellungen.csv --decimal comma --encoding cp1252 "
        "--column order_number=Bestellnummer --column quantity=Menge",
    ),
)
def import_(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Order file: .csv, .json or .jsonl.", show_default=False
        ),
    ],
    *,
    decimal: Annotated[
        Literal["point", "comma"], typer.Option("--decimal", help="How numbers are written.")
    ] = "point",
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", help="How text is written: utf-8 unless given; cp1252, utf-16."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="OURS=THEIRS",
            help="The file's own name for a column of ours; may be repeated.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen, change nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Import orders from a file, as drafts.

    An order comes in whole or not at all; each row that keeps one out is named with its line
    and reason, and the exit code is 1. The same file again changes nothing.
    """
    from lsync.cli.import_view import print_import, stayed_out

    content, columns = read_order_file(file), read_columns(column or ())
    report = ask(
        ctx,
        lambda client: client.import_orders(
            file.name,
            content,
            decimal=decimal,
            encoding=encoding,
            columns=columns,
            dry_run=dry_run,
        ),
    )
    out = options.output(ctx, json=json)
    if json:
        out.one(report)
    else:
        print_import(out, report)
    if stayed_out(report):
        raise typer.Exit(FAILED)


@app.command(
    "list",
    epilog=examples(
        "lsync po list",
        "lsync po list --sync-state failed --since 2h",
        "lsync po list --state submitted --outlet Harbour --json",
    ),
)
def list_(
    ctx: typer.Context,
    *,
    state: Annotated[
        str | None,
        typer.Option("--state", help=f"Of {', '.join(ORDER_STATES)}; several with commas."),
    ] = None,
    sync_state: Annotated[
        str | None,
        typer.Option("--sync-state", help=f"Of {', '.join(SYNC_STATES)}; several with commas."),
    ] = None,
    supplier: Annotated[str | None, typer.Option("--supplier", help="Name or id.")] = None,
    outlet: Annotated[str | None, typer.Option("--outlet", help="Name or id.")] = None,
    text: Annotated[
        str | None,
        typer.Option("--text", help="Part of the number, a name or the note, or a state."),
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """List orders with state, sync state and totals."""
    from lsync.cli.order_view import ORDER_COLUMNS

    check_choice("--state", state, ORDER_STATES)
    check_choice("--sync-state", sync_state, SYNC_STATES)
    changed_since, changed_until = read_moment("--since", since), read_moment("--until", until)
    out = options.output(ctx, json=json, jsonl=jsonl)

    async def work(client: "ControlClient") -> None:
        async def page(after: str | None, size: int) -> "tuple[OrderSummary, ...]":
            return await client.orders(
                state=state,
                sync_state=sync_state,
                supplier=supplier,
                outlet=outlet,
                text=text,
                since=changed_since,
                until=changed_until,
                limit=size,
                after=after,
            )

        rows = paged(page, lambda order: order.order_number, limit=limit)
        await out.stream(rows, ORDER_COLUMNS, empty="No orders match.", limit=limit)

    ask(ctx, work)


@app.command("show", epilog=examples("lsync po show PO-1001", "lsync po show PO-1001 --json"))
def show(ctx: typer.Context, order: OrderNumber, *, json: Json = False) -> None:
    """Show one order: lines, consignments, problems, newest log entries."""
    from lsync.cli.lookup import find_order
    from lsync.cli.order_view import print_order

    detail = ask(ctx, lambda client: find_order(client, order))
    out = options.output(ctx, json=json)
    if json:
        out.one(detail)
    else:
        print_order(out, detail)


@app.command(
    "approve",
    epilog=examples(
        "lsync po approve PO-1001 PO-1002", "lsync po approve --all --yes", "lsync po approve --all"
    ),
)
def approve(
    ctx: typer.Context,
    orders: SomeOrders = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Every draft and every order that waits for approval.")
    ] = False,
    yes: Yes = False,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Approve orders; each is queued for its sync at once.

    An order with blocking problems can be approved too: its sync then stops with all of them
    listed and nothing is written to Lightspeed.
    """
    from lsync.cli.order_view import APPROVAL_COLUMNS

    if bool(orders) == everything:
        raise Failure(
            "Say which orders.", next_step="Give order numbers, or --all; not both.", code=USAGE
        )
    out = options.output(ctx, json=json, jsonl=jsonl)

    async def work(client: "ControlClient") -> "tuple[ApprovedOrder, ...]":
        chosen = orders or await _waiting(client)
        if not chosen:
            return ()
        confirm(f"Approve {count(len(chosen), 'order')} ({_some(chosen)})?", yes=yes)
        return await client.approve(chosen)

    approved = ask(ctx, work)
    out.rows(approved, APPROVAL_COLUMNS, empty="No order waits for approval.")
    if not all(each.approved for each in approved):
        raise typer.Exit(FAILED)


po_changing.add_to(app)


@app.command("hold", epilog=examples("lsync po hold PO-1001", "lsync po hold PO-1001 PO-1002"))
def hold(ctx: typer.Context, orders: OrderNumbers, *, json: Json = False) -> None:
    """Keep orders from being pushed until they are released."""
    _act(ctx, orders, lambda client, number: client.hold(number), json=json)


@app.command("release", epilog=examples("lsync po release PO-1001 PO-1002"))
def release(ctx: typer.Context, orders: OrderNumbers, *, json: Json = False) -> None:
    """Let held orders go. Approved ones are queued at once."""
    _act(ctx, orders, lambda client, number: client.release(number), json=json)


app.add_typer(invoice.app, name="invoice")
app.command("receive", epilog=receiving.EXAMPLES)(receiving.receive)


def _act(
    ctx: typer.Context,
    orders: list[str],
    act: "Callable[[ControlClient, str], Awaitable[OrderDetail]]",
    *,
    json: bool,
) -> None:
    from lsync.cli.bulk import act_on_each
    from lsync.cli.lookup import suggesting
    from lsync.cli.sync_view import RESULT_COLUMNS

    async def one(client: "ControlClient", number: str) -> "OrderDetail":
        async with suggesting(client, number):
            return await act(client, number)

    act_on_each(ctx, orders, one, columns=RESULT_COLUMNS, json=json)


async def _waiting(client: "ControlClient") -> list[str]:
    """Numbers of the orders that can be approved."""

    async def page(after: str | None, size: int) -> "tuple[OrderSummary, ...]":
        return await client.orders(state=",".join(UNAPPROVED), limit=size, after=after)

    return sorted(
        [order.order_number async for order in paged(page, lambda each: each.order_number)]
    )


def _some(numbers: list[str]) -> str:
    more = len(numbers) - SHOWN_NUMBERS
    return listing(numbers[:SHOWN_NUMBERS]) + (f" and {more} more" if more > 0 else "")
