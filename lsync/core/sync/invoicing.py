"""Import of supplier invoices: each whole or not at all, and each number once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lsync.core.domain.amount import plain
from lsync.core.domain.catalogue import key, meant
from lsync.core.domain.decision import Decision, DecisionKind
from lsync.core.domain.invoice import (
    COLUMNS,
    Invoice,
    Limits,
    MatchedLine,
    UnreadableInvoice,
    Verdict,
    each_once,
    match_invoice,
    question_of,
    read_invoices,
)
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.order_file.rows import DecimalMark, UnreadableFileError
from lsync.core.domain.records import LogStatus, MappingKind, SyncLogEntry
from lsync.core.domain.sanitise import visible
from lsync.core.domain.sheet import read_sheet
from lsync.core.store import catalogue, decisions, invoices, mappings, orders, sync_log
from lsync.core.store.database import Database, Transaction
from lsync.core.store.invoices import InvoiceTaken
from lsync.core.store.orders import stored_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedInvoice:
    """What became of one invoice: imported, known (the same again), or refused as ``why`` says."""

    number: str
    supplier: str
    result: str
    why: str = ""
    lines: tuple[MatchedLine, ...] = ()
    decisions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFile:
    """What became of a file. ``faults`` are what cannot be read in it, by line; None: the file."""

    invoices: tuple[ImportedInvoice, ...] = ()
    faults: tuple[tuple[int | None, str], ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything in the file came in."""
        return not self.faults and all(it.result != "refused" for it in self.invoices)


async def import_invoices(
    database: Database,
    content: bytes,
    *,
    filename: str,
    decimal: DecimalMark,
    limits: Limits,
    by: str,
    encoding: str | None = None,
    dry_run: bool = False,
) -> InvoiceFile:
    """Match every invoice of a file to its orders and ask about differences beyond the limits.

    Nothing is changed on an order before a person has accepted. With ``dry_run`` nothing is
    written at all. Without ``encoding`` the file is UTF-8.
    """
    try:
        rows = read_sheet(content, filename=filename, required=COLUMNS, encoding=encoding)
    except UnreadableFileError as error:
        return InvoiceFile(faults=((error.line, str(error)),))
    found, faults = read_invoices(rows, decimal=decimal)
    if faults:
        return InvoiceFile(faults=tuple(faults))
    done = [await _import(database, each, limits=limits, by=by, dry_run=dry_run) for each in found]
    return InvoiceFile(invoices=tuple(done))


async def _import(
    database: Database,
    invoice: Invoice | UnreadableInvoice,
    *,
    limits: Limits,
    by: str,
    dry_run: bool,
) -> ImportedInvoice:
    if isinstance(invoice, UnreadableInvoice):
        return _result(invoice, "refused", why=invoice.why)

    async def work(tx: Transaction) -> ImportedInvoice:
        return await _take(tx, invoice, limits=limits, by=by, dry_run=dry_run)

    if dry_run:
        async with database.read() as tx:
            return await work(tx)
    try:
        return await database.run(work)
    except InvoiceTaken as taken:
        return _result(invoice, "refused", why=taken.why)


def _result(invoice: Invoice | UnreadableInvoice, result: str, *, why: str = "") -> ImportedInvoice:
    return ImportedInvoice(number=invoice.number, supplier=invoice.supplier, result=result, why=why)


async def _take(
    tx: Transaction, invoice: Invoice, *, limits: Limits, by: str, dry_run: bool
) -> ImportedInvoice:
    known = await invoices.digest_of(tx, invoice)
    if known == invoice.digest:
        return _result(invoice, "known", why="it was imported before; nothing was changed")
    if known is not None:
        why = "an invoice of that number was imported with other lines; give it another number"
        return _result(invoice, "refused", why=why)
    found = await orders.find_many(tx, [line.order_number for line in invoice.lines])
    lines = await _match(tx, invoice, found, limits=limits)
    unmatched = [it for it in lines if it.verdict is Verdict.UNMATCHED]
    asked: dict[int, int] = {}
    if not unmatched and not dry_run:
        asked = await _ask(tx, invoice, lines, found)
        await invoices.add(tx, invoice, lines=lines, decisions=asked, by=by, now=await tx.now())
        await _log(tx, invoice, lines, found, by=by)
    return ImportedInvoice(
        number=invoice.number,
        supplier=invoice.supplier,
        result="refused" if unmatched else "imported",
        why=each_once(it.message for it in unmatched),
        lines=lines,
        decisions=tuple(asked.values()),
    )


async def _match(
    tx: Transaction, invoice: Invoice, found: Mapping[str, PurchaseOrder], *, limits: Limits
) -> tuple[MatchedLine, ...]:
    words = [invoice.supplier, *(order.supplier for order in found.values())]
    chosen = await mappings.chosen(tx, MappingKind.SUPPLIER, words)
    suppliers = await catalogue.suppliers(tx)

    def same(one: str, other: str) -> bool:
        if key(one) == key(other):
            return True
        ids = [{it.id for it in meant(word, suppliers, chosen)} for word in (one, other)]
        return bool(ids[0]) and ids[0] == ids[1]

    before = await invoices.invoiced(tx, found)
    by_line = {
        (number, line.line_no): before[number, key(line.sku)]
        for number, order in found.items()
        for line in order.lines
        if line.sku and (number, key(line.sku)) in before
    }
    return match_invoice(invoice, found, limits=limits, same_supplier=same, invoiced=by_line)


async def _ask(
    tx: Transaction,
    invoice: Invoice,
    lines: tuple[MatchedLine, ...],
    found: Mapping[str, PurchaseOrder],
) -> dict[int, int]:
    """Ask about each difference beyond the limits; return the questions by the file's line."""
    now = await tx.now()
    asked = {}
    for each in lines:
        if each.verdict is Verdict.DECISION:
            order = found[each.line.order_number]
            decision = await decisions.add(tx, _question(invoice, each, order, now=now))
            asked[each.line.line] = decision.id or 0
    return asked


def _question(
    invoice: Invoice, each: MatchedLine, order: PurchaseOrder, *, now: datetime
) -> Decision:
    line_no = each.order_line.line_no if each.order_line else None
    cost = plain(each.line.unit_cost)
    named = hashlib.sha256(f"{key(invoice.supplier)}\0{invoice.number}".encode()).hexdigest()
    place = f"{named[:24]}:{each.line.line}"
    return Decision(
        kind=DecisionKind.INVOICE,
        question=question_of(invoice, each),
        consequence=f"the line costs {cost}, and so does the product at this supplier",
        ground=f"order:{stored_id(order)}:invoice:{line_no}:{place}",
        raised_at=now,
        ours=each.order_line.unit_cost if each.order_line else None,
        theirs=each.line.unit_cost,
        order_id=order.id,
        order_number=order.order_number,
        line_no=line_no,
        product_id=each.order_line.product_id if each.order_line else None,
        source=f"invoice {visible(invoice.number)}"[:190],
        detail={"quantity": plain(each.line.quantity), "difference": str(each.difference)},
    )


async def _log(
    tx: Transaction,
    invoice: Invoice,
    lines: tuple[MatchedLine, ...],
    found: Mapping[str, PurchaseOrder],
    *,
    by: str,
) -> None:
    """One entry for each order: what was invoiced, what is asked, what is unusual."""
    now = await tx.now()
    for number, order in found.items():
        mine = [it for it in lines if it.line.order_number == number]
        asked = sum(it.verdict is Verdict.DECISION for it in mine)
        unusual = [f"{visible(it.line.sku)}: {it.message}" for it in mine if it.message]
        total = sum((it.line.quantity * it.line.unit_cost for it in mine), Decimal(0))
        told = f"Invoice {visible(invoice.number)} imported by {by}: {len(mine)} lines, "
        told += f"{plain(total.quantize(Decimal('0.01')))} ex tax"
        parts = [told, *([f"{asked} to decide"] if asked else []), *unusual]
        entry = SyncLogEntry(
            created_at=now,
            operation="invoice",
            step="imported",
            status=LogStatus.WARNING if asked or unusual else LogStatus.OK,
            message="; ".join(parts),
            order_id=order.id,
            order_number=number,
        )
        await sync_log.append(tx, entry)
