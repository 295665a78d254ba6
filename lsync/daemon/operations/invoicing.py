"""Taking in supplier invoices."""

from decimal import Decimal

from lsync.core.control import messages as m
from lsync.core.domain.invoice import Limits, MatchedLine
from lsync.core.domain.order_file import DecimalMark
from lsync.core.sync.invoicing import ImportedInvoice, import_invoices
from lsync.daemon.application import Application
from lsync.daemon.operations.file_content import file_bytes


async def take(application: Application, request: m.InvoiceRequest, *, by: str) -> m.InvoiceReport:
    """Match the invoices of a file to their orders; each comes in whole or not at all.

    Raises:
        ControlError: 422: the content is not base64.
    """
    chosen = application.settings.invoices
    limits = Limits(amount=Decimal(str(chosen.amount)), percent=Decimal(str(chosen.percent)))
    done = await import_invoices(
        application.database,
        file_bytes(request.content_base64),
        filename=request.filename,
        decimal=DecimalMark(request.decimal),
        limits=limits,
        by=by,
        encoding=request.encoding,
        dry_run=request.dry_run,
    )
    return m.InvoiceReport(
        filename=request.filename,
        dry_run=request.dry_run,
        invoices=tuple(_invoice(each) for each in done.invoices),
        faults=tuple(m.InvoiceFault(line=line, message=text) for line, text in done.faults),
    )


def _invoice(done: ImportedInvoice) -> m.InvoiceMessage:
    return m.InvoiceMessage(
        number=done.number,
        supplier=done.supplier,
        result=done.result,
        why=done.why,
        lines=tuple(_line(each) for each in done.lines),
        decisions=done.decisions,
    )


def _line(matched: MatchedLine) -> m.InvoiceLineMessage:
    ordered = matched.order_line
    return m.InvoiceLineMessage(
        line=matched.line.line,
        order_number=matched.line.order_number,
        sku=matched.line.sku,
        quantity=matched.line.quantity,
        unit_cost=matched.line.unit_cost,
        ordered_cost=ordered.unit_cost if ordered else None,
        difference=matched.difference,
        result=matched.verdict.value,
        message=matched.message,
    )
