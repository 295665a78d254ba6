"""Supplier invoices."""

from typing import Literal

from lsync.core.control.messages.base import Amount, Message


class InvoiceRequest(Message):
    """``POST /v1/invoices``: the file's bytes travel as base64.

    ``encoding`` is UTF-8 unless given.
    """

    filename: str
    content_base64: str
    decimal: Literal["point", "comma"] = "point"
    encoding: str | None = None
    dry_run: bool = False


class InvoiceLineMessage(Message):
    """One line beside its order. ``difference`` is money on the whole line.

    ``result`` is equal, within (the limits), decision, or unmatched.
    """

    line: int
    order_number: str
    sku: str
    quantity: Amount
    unit_cost: Amount
    ordered_cost: Amount | None = None
    difference: Amount
    result: Literal["equal", "within", "decision", "unmatched"]
    message: str = ""


class InvoiceMessage(Message):
    """What became of one invoice: imported, known (it was imported before), or refused."""

    number: str
    supplier: str
    result: Literal["imported", "known", "refused"]
    why: str = ""
    lines: tuple[InvoiceLineMessage, ...] = ()
    decisions: tuple[int, ...] = ()


class InvoiceFault(Message):
    """Something of the file that cannot be read; without a line it is the file."""

    line: int | None
    message: str


class InvoiceReport(Message):
    """The outcome of an import; exit code 1 if anything stayed out."""

    filename: str
    dry_run: bool = False
    invoices: tuple[InvoiceMessage, ...] = ()
    faults: tuple[InvoiceFault, ...] = ()
