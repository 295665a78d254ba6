"""What the shop itself holds, as Lightspeed answers: outlets, suppliers, products, consignments."""

from datetime import datetime

from lsync.core.control.messages.base import Amount, Message


class VendOutlet(Message):
    """An outlet. ``time_zone`` is an IANA name."""

    id: str
    name: str
    time_zone: str | None = None
    currency: str | None = None


class VendSupplier(Message):
    """A supplier."""

    id: str
    name: str
    description: str | None = None


class VendProduct(Message):
    """A product or variant. ``supply_price`` is the cost per unit ex tax."""

    id: str
    sku: str
    name: str
    variant_name: str | None = None
    active: bool = True
    composite: bool = False
    supply_price: Amount | None = None
    supplier_id: str | None = None
    supplier_code: str | None = None
    version: int


class VendProductPage(Message):
    """``GET /v1/vend/products``: one page. Give ``cursor`` as ``after``; none is left at None.

    With a search a page may hold few products, or none, and not be the last.
    """

    products: tuple[VendProduct, ...]
    cursor: int | None = None


class VendLine(Message):
    """One product of a consignment. ``cost`` is per unit ex tax; ``name`` as last read here."""

    product_id: str
    sku: str | None = None
    name: str | None = None
    count: Amount
    received: Amount | None = None
    cost: Amount | None = None
    status: str | None = None


class VendConsignment(Message):
    """``GET /v1/vend/consignments/{name}``. ``others`` are ids that the same name means too."""

    id: str
    reference: str | None = None
    name: str
    type: str
    status: str
    outlet_id: str
    outlet: str | None = None
    supplier_id: str | None = None
    supplier: str | None = None
    supplier_invoice: str | None = None
    version: int
    due_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    received_at: datetime | None = None
    ordered: Amount
    received: Amount
    lines: tuple[VendLine, ...]
    others: tuple[str, ...] = ()


class VendProbe(Message):
    """``POST /v1/vend/probe``: what this account does where the API documents leave it open.

    ``stored`` names settings kept in the database with their values; ``overridden`` those that a
    higher source decides all the same, with that source. ``left_behind`` is the id of a
    consignment that the probe could not remove.
    """

    envelopes: tuple[str, ...]
    request_envelope: str
    repeated_line: str
    largest_page: int
    page_was_cut: bool
    deletes_open: bool
    left_behind: str | None = None
    database: str
    stored: dict[str, str]
    overridden: dict[str, str]
