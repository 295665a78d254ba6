"""What a retailer consists of. Rows and how the API shows them; no rules, no storage."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, Literal

from lsync.simulator.table import Table
from lsync.simulator.wire import ZERO, five_places

Kind = Literal[
    "outlet",
    "supplier",
    "register",
    "brand",
    "product",
    "tag",
    "product_type",
    "product_category",
    "product_image",
    "variant_attribute",
    "customer",
    "customer_group",
    "tax",
    "outlet_tax",
    "payment_type",
    "user",
    "price_book",
    "price_book_product",
    "sale",
    "stock_adjustment",
    "adjustment_reason",
    "button_layout",
]


@dataclass(slots=True, kw_only=True)
class Record:
    """An entity whose fields are stored as the API shows them (outlets, products, brands …).

    `defaults` are fields shared by every record of a kind, kept once for all of them.
    """

    id: str
    fields: dict[str, Any]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    deleted_at: str | None = None
    version: int = 0
    _text: str = ""
    _text_version: int = -1

    @property
    def key(self) -> str:
        """The entity's id."""
        return self.id

    def value(self, name: str) -> Any:
        """One field, from the defaults where the record has none of its own."""
        return self.fields[name] if name in self.fields else self.defaults.get(name)

    def shown(self) -> dict[str, Any]:
        """The JSON object of the API."""
        return {
            **self.defaults,
            **self.fields,
            "id": self.id,
            "deleted_at": self.deleted_at,
            "version": self.version,
        }

    def text(self) -> str:
        """The JSON text, kept until the version changes: pages are joined from these."""
        if self._text_version != self.version:
            self._text = json.dumps(self.shown())
            self._text_version = self.version
        return self._text


@dataclass(slots=True, kw_only=True)
class Sale(Record):
    """A sale: its version sits in `_metadata` too, and nothing is null in it."""

    def shown(self) -> dict[str, Any]:
        """The JSON object of the API."""
        shown = {**Record.shown(self), "_metadata": {"version": self.version}}
        if self.deleted_at is None:
            del shown["deleted_at"]
        return shown


@dataclass(slots=True, kw_only=True)
class Line:
    """One product of a consignment. `count` is what was ordered, `received` what came.

    In a stocktake they are what is expected and what was counted. `underway` is what a transfer
    took from the outlet `taken_from` and has not brought anywhere yet; the API does not show it.
    """

    id: str
    product_id: str
    sku: str
    count: Decimal
    received: Decimal = ZERO
    received_is_set: bool = False
    cost: Decimal = ZERO
    underway: Decimal = ZERO
    taken_from: str | None = None
    status: str = "PENDING"
    created_at: str
    updated_at: str
    version: int = 0

    @property
    def key(self) -> str:
        """Lines are found by their product."""
        return self.product_id

    def shown(self) -> dict[str, Any]:
        """The JSON object of the API."""
        return {
            "product_id": self.product_id,
            "product_sku": self.sku,
            "count": five_places(self.count),
            "received": five_places(self.received),
            "cost": five_places(self.cost),
            "is_included": True,
            "status": self.status,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "deleted_at": None,
            "version": self.version,
        }

    def text(self) -> str:
        """The JSON text of the API."""
        return json.dumps(self.shown())


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What a stocktake found over and below what was expected, as amounts of zero or more."""

    count_gain: Decimal
    cost_gain: Decimal
    count_loss: Decimal
    cost_loss: Decimal


@dataclass(slots=True, kw_only=True)
class Consignment:
    """A stock order, transfer, return or stocktake with its lines.

    `split_from` is the order whose rest this one is; the API does not show it. `differences` are
    those of a finished stocktake, and its `filters` name what is counted, all products if none.
    """

    id: str
    type: str
    status: str
    name: str
    outlet_id: str
    supplier_id: str | None = None
    source_outlet_id: str | None = None
    reference: str | None = None
    supplier_invoice: str | None = None
    due_at: str | None = None
    consignment_date: str | None = None
    received_at: str | None = None
    split_from: str | None = None
    differences: Differences | None = None
    filters: list[dict[str, str]] = field(default_factory=list)
    show_inactive: bool = False
    created_at: str
    updated_at: str
    version: int = 0
    lines: Table[Line]

    @property
    def key(self) -> str:
        """The consignment's id."""
        return self.id

    def shown(self) -> dict[str, Any]:
        """The JSON object of the API."""
        return {
            "id": self.id,
            "outlet_id": self.outlet_id,
            "name": self.name,
            "type": self.type,
            "status": self.status,
            "supplier_id": self.supplier_id,
            "source_outlet_id": self.source_outlet_id,
            "reference": self.reference,
            "supplier_invoice": self.supplier_invoice,
            "due_at": self.due_at,
            "consignment_date": self.consignment_date,
            "received_at": self.received_at,
            **self._totals(),
            "filters": self.filters,
            "show_inactive": self.show_inactive,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "deleted_at": None,
            "version": self.version,
        }

    def text(self) -> str:
        """The JSON text of the API."""
        return json.dumps(self.shown())

    def _totals(self) -> dict[str, float | None]:
        """Gains and losses, numbers as the documents have them; null until they are known."""
        found = self.differences
        return {
            f"total_{field.name}": None if found is None else float(getattr(found, field.name))
            for field in fields(Differences)
        }


@dataclass(slots=True, kw_only=True)
class StockLevel:
    """How much of one product an outlet holds. Numbers, not strings, on the wire."""

    id: str
    product_id: str
    outlet_id: str
    level: Decimal
    average_cost: Decimal
    reorder_method: str | None = None
    reorder_point: Decimal | None = None
    reorder_amount: Decimal | None = None
    reorder_target: Decimal | None = None
    version: int = 0

    @property
    def key(self) -> str:
        """The stock record's id."""
        return self.id


@dataclass(slots=True, kw_only=True)
class Webhook:
    """One subscription: an event type and the URL that it is posted to."""

    id: str
    type: str
    url: str
    active: bool
    retailer_id: str
    version: int = 0

    @property
    def key(self) -> str:
        """The subscription's id."""
        return self.id

    def shown(self) -> dict[str, Any]:
        """The JSON object of the API."""
        return {
            "id": self.id,
            "retailer_id": self.retailer_id,
            "type": self.type,
            "url": self.url,
            "active": self.active,
        }
