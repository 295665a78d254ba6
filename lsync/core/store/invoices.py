"""Supplier invoices that were imported, each once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from lsync.core.domain.catalogue import key
from lsync.core.domain.invoice import Invoice, MatchedLine
from lsync.core.store.errors import StoreError
from lsync.core.store.inserted import new_id
from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import CHUNK


class InvoiceTaken(StoreError):  # noqa: N818 - beside OrderConflict
    """An invoice of that supplier and number is being imported by somebody else."""

    def __init__(self, number: str) -> None:
        """Name the invoice."""
        super().__init__(
            f"Invoice {number} was not imported.",
            why="Somebody else has imported it at the same moment.",
            next_step="Nothing needs to be done.",
        )


async def digest_of(tx: Transaction, invoice: Invoice) -> str | None:
    """Return the digest under which this supplier's number was imported; None if it was not."""
    table = tx.tables.supplier_invoices
    statement = select(table.c.digest).where(
        table.c.supplier == key(invoice.supplier), table.c.number == invoice.number
    )
    found = await tx.scalar(statement)
    return None if found is None else str(found)


async def add(
    tx: Transaction,
    invoice: Invoice,
    *,
    lines: Iterable[MatchedLine],
    decisions: Mapping[int, int],
    by: str,
    now: datetime,
) -> None:
    """Write the invoice down; ``decisions`` are the questions asked, by the file's line.

    Raises:
        InvoiceTaken: that number of that supplier is there already.
    """
    values = {
        "supplier": key(invoice.supplier),
        "number": invoice.number,
        "invoice_date": invoice.day,
        "digest": invoice.digest,
        "imported_at": now,
        "imported_by": by,
    }
    try:
        result = await tx.execute(insert(tx.tables.supplier_invoices).values(values))
    except IntegrityError as error:
        raise InvoiceTaken(invoice.number) from error
    invoice_id = new_id(result)
    rows = [
        {
            "invoice_id": invoice_id,
            "line_no": each.line.line,
            "order_number": each.line.order_number,
            "sku": each.line.sku,
            "quantity": each.line.quantity,
            "unit_cost": each.line.unit_cost,
            "result": each.verdict.value,
            "decision_id": decisions.get(each.line.line),
        }
        for each in lines
    ]
    await tx.execute(insert(tx.tables.supplier_invoice_lines), rows)


async def invoiced(tx: Transaction, orders: Iterable[str]) -> dict[tuple[str, str], Decimal]:
    """Return the quantities invoiced so far, by order number and ``key(sku)``."""
    table = tx.tables.supplier_invoice_lines
    wanted = sorted(set(orders))
    found: dict[tuple[str, str], Decimal] = {}
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        statement = select(table.c.order_number, table.c.sku, table.c.quantity)
        for row in await tx.execute(statement.where(table.c.order_number.in_(chunk))):
            place = (row.order_number, key(row.sku))
            found[place] = found.get(place, Decimal(0)) + row.quantity
    return found
