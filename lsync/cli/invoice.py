"""``lsync po invoice``: supplier invoices. Registered by ``po``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lsync.cli import options
from lsync.cli.connection import ask
from lsync.cli.failures import FAILED
from lsync.cli.groups import examples, group
from lsync.cli.options import Json
from lsync.cli.order_file import Encoding, check_known_encoding, read_order_file
from lsync.cli.output import Output, block
from lsync.cli.table import Column, Styled
from lsync.cli.wording import count, listing, money, quantity

if TYPE_CHECKING:
    from lsync.core.control.messages import InvoiceLineMessage, InvoiceMessage, InvoiceReport

app = group(
    "Supplier invoices: match them to orders, ask about differences.",
    "lsync po invoice import invoice.csv --dry-run",
    "lsync po invoice import invoice.csv",
)
RESULTS = {
    "equal": ("✓", "green"),
    "within": ("·", "dim"),
    "decision": ("?", "yellow"),
    "unmatched": ("✗", "bold red"),
}


@app.callback()
def invoices() -> None:
    """Supplier invoices: match them to orders, ask about differences."""


@app.command(
    "import",
    epilog=examples(
        "lsync po invoice import invoice.csv --dry-run",
        "lsync po invoice import rechnung.csv --decimal comma --encoding cp1252",
    ),
)
def import_(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Invoices: .csv, .json or .jsonl; - is stdin.",
            show_default=False,
            readable=False,
        ),
    ],
    *,
    decimal: Annotated[
        Literal["point", "comma"], typer.Option("--decimal", help="How numbers are written.")
    ] = "point",
    encoding: Encoding = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen, change nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Match the lines of supplier invoices to orders and ask about costs that differ too much.

    Columns: invoice_number, supplier, order_number, sku, quantity, unit_cost, and invoice_date
    if known. An invoice comes in whole or not at all, and once. Differences above
    `invoices.amount` or `invoices.percent` wait in `lsync decide list`; accepting one changes
    the order's line, its consignment while that can be changed, and the supplier price.
    """
    check_known_encoding(encoding)
    content = read_order_file(file)
    report = ask(
        ctx,
        lambda client: client.import_invoices(
            file.name, content, decimal=decimal, encoding=encoding, dry_run=dry_run
        ),
    )
    out = options.output(ctx, json=json)
    if json:
        out.one(report)
    else:
        _print(out, report)
    if report.faults or any(each.result == "refused" for each in report.invoices):
        raise typer.Exit(FAILED)


def _result(line: "InvoiceLineMessage") -> Styled:
    mark, style = RESULTS[line.result]
    return Styled(text=f"{mark} {line.result}", style=style)


LINE_COLUMNS: "tuple[Column[InvoiceLineMessage], ...]" = (
    Column(title="Row", cell=lambda line: str(line.line), rank=3, right=True),
    Column(title="Order", cell=lambda line: line.order_number),
    Column(title="SKU", cell=lambda line: line.sku),
    Column(title="Invoiced", cell=lambda line: quantity(line.quantity), rank=2, right=True),
    Column(title="Charged", cell=lambda line: money(line.unit_cost), right=True),
    Column(title="Ordered at", cell=lambda line: money(line.ordered_cost), right=True),
    Column(title="Difference", cell=lambda line: money(line.difference), rank=1, right=True),
    Column(title="Result", cell=_result),
    Column(title="Remark", cell=lambda line: line.message, elastic=True, fold=True),
)


def _print(out: Output, report: "InvoiceReport") -> None:
    for each in report.invoices:
        out.text(_head(each))
        if each.lines:
            out.table(each.lines, LINE_COLUMNS)
    if report.faults:
        told = [
            f"✗ {fault.message}" if fault.line is None else f"✗ line {fault.line}: {fault.message}"
            for fault in report.faults
        ]
        out.text(block("\nNothing came in", told))
    if any(each.result == "refused" for each in report.invoices):
        out.say(
            "\nA refused invoice stayed out whole. Correct its rows, or take out what was not "
            "ordered, and import the file again: what is in already stays as it is."
        )
    asked = [str(number) for each in report.invoices for number in each.decisions]
    if asked:
        out.say(
            f"\n{count(len(asked), 'decision')} to make ({listing(asked)}): `lsync decide list`."
        )
    if report.dry_run:
        out.say("\nNothing was changed: this was a dry run.")


def _head(each: "InvoiceMessage") -> str:
    mark = {"imported": "✓", "known": "·", "refused": "✗"}[each.result]
    why = f": {each.why}" if each.why else ""
    return f"{mark} Invoice {each.number} of {each.supplier} {each.result}{why}"
