"""``lsync po``: purchase orders as the back office knows them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lsync.cli import invoice, options, po_changing, po_moving
from lsync.cli import receive as receiving
from lsync.cli.choosing import check_which, choose, matching
from lsync.cli.connection import ask
from lsync.cli.failures import FAILED
from lsync.cli.groups import examples, group
from lsync.cli.options import Json, JsonLines, Limit, OrderNumber, SomeOrders, Watch, Yes
from lsync.cli.order_file import Encoding, check_known_encoding, open_order_file, read_columns
from lsync.cli.pager import through_pager
from lsync.cli.selection import WhichOrders, takes
from lsync.cli.watching import show_again
from lsync.core.domain.order import OrderState

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import ApprovedOrder, ImportReport

app = group(
    "Purchase orders: import, list, show, approve.",
    "lsync po import orders.csv",
    "lsync po approve --all",
    "lsync po list",
)

UNAPPROVED = (OrderState.DRAFT, OrderState.PENDING_APPROVAL)


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
            metavar="FILE",
            help="Order file: .csv, .json or .jsonl; - is stdin.",
            show_default=False,
            readable=False,  # Opening it says so, like of a file that is missing.
        ),
    ],
    *,
    decimal: Annotated[
        Literal["point", "comma"], typer.Option("--decimal", help="How numbers are written.")
    ] = "point",
    encoding: Encoding = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="OURS=THEIRS",
            help="The file's own name for a column of ours; may be repeated.",
        ),
    ] = None,
    sent: Annotated[
        bool,
        typer.Option(
            "--sent", help="Change orders that are sent, too; what differs is set in Lightspeed."
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen, change nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Import orders from a file, as drafts.

    An order comes in whole or not at all; each row that keeps one out is named with its line
    and reason, and the exit code is 1. The same file again changes nothing; a changed one replaces
    orders that are not sent yet.
    """
    from lsync.cli.import_interrupted import ImportWatch
    from lsync.cli.import_view import print_import, stayed_out
    from lsync.cli.progress import measuring

    columns = read_columns(column or ())
    check_known_encoding(encoding)
    out = options.output(ctx, json=json)
    quiet = out.quiet or not out.for_people
    with (
        open_order_file(file) as upload,
        measuring("orders imported", quiet=quiet) as progress,
    ):
        watch = ImportWatch(upload, show=progress, dry_run=dry_run)

        async def work(client: "ControlClient") -> "ImportReport":
            await watch.begin(client)
            return await client.import_orders(
                file.name,
                upload,
                decimal=decimal,
                encoding=encoding,
                columns=columns,
                sent=sent,
                dry_run=dry_run,
                on_progress=watch.tell,
            )

        try:
            report = ask(ctx, work, loop=True)
        except KeyboardInterrupt:
            raise watch.interrupted() from None
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
        "lsync po list --filter 'sync:failed,drifted !supplier:northwind age>1d'",
    ),
)
@through_pager
@takes(WhichOrders)
def list_(
    ctx: typer.Context,
    *,
    which: WhichOrders,
    limit: Limit = None,
    watch: Watch = False,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """List orders with state, sync state and totals, newest first."""
    from lsync.cli.order_view import ORDER_COLUMNS

    out = options.output(ctx, json=json, jsonl=jsonl)

    async def work(client: "ControlClient") -> None:
        rows = matching(client, which, limit=limit)
        await out.stream(rows, ORDER_COLUMNS, empty="No orders match.", limit=limit)

    show_again(lambda: ask(ctx, work), watch=watch)


@app.command("show", epilog=examples("lsync po show PO-1001", "lsync po show PO-1001 --json"))
@through_pager
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
        "lsync po approve PO-1001 PO-1002",
        "lsync po approve --all",
        "lsync po approve --all --supplier Northwind --since yesterday",
        "lsync po approve --all --yes",
    ),
)
@takes(WhichOrders)
def approve(
    ctx: typer.Context,
    orders: SomeOrders = None,
    *,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Every draft and every order that waits for approval, or those that match.",
        ),
    ] = False,
    which: WhichOrders,
    yes: Yes = False,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Approve orders; each is queued for its sync at once.

    An order with blocking problems can be approved too: its sync then stops with all of them
    listed and nothing is written to Lightspeed.
    """
    from lsync.cli.order_view import APPROVAL_COLUMNS

    check_which(orders, which, everything=everything)
    out = options.output(ctx, json=json, jsonl=jsonl)

    async def work(client: "ControlClient") -> "tuple[ApprovedOrder, ...]":
        numbers = await choose(
            client,
            orders,
            which,
            among=UNAPPROVED,
            fits=lambda order: order.state in UNAPPROVED,
            verb="Approve",
            yes=yes,
            ask_named=True,
        )
        return await client.approve(numbers) if numbers else ()

    approved = ask(ctx, work)
    out.rows(approved, APPROVAL_COLUMNS, empty="No order waits for approval.")
    if not all(each.approved for each in approved):
        raise typer.Exit(FAILED)


po_changing.add_to(app)
po_moving.add_to(app)
app.add_typer(invoice.app, name="invoice")
app.command("receive", epilog=receiving.EXAMPLES)(receiving.receive)
