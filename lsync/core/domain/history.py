"""An order as it stood at some time, from the facts that were noted as they came to be. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder, SyncState


class Fact(StrEnum):
    """What can come to be true of an order. The value says what is so from then on."""

    DOCUMENT = "document"
    """Header and lines, as ``document_of`` writes them."""
    STATE = "state"
    SYNC_STATE = "sync_state"
    CONSIGNMENT = "consignment"
    """The id of the order's consignment, or null."""
    HELD = "held"
    RECEIVED = "received"
    """Received quantities by line number, of the lines that changed."""
    PROBLEMS = "problems"
    """Every problem's code and message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One fact: from ``at`` on, this was so."""

    at: datetime
    fact: Fact
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderThen:
    """An order as it stood. ``since`` is when the newest of its facts came to be."""

    order_number: str
    since: datetime
    state: OrderState | None = None
    sync_state: SyncState = SyncState.NOT_SYNCED
    held: bool = False
    consignment_id: str | None = None
    document: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[OrderLine, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    """Code and message of each."""


def document_of(order: PurchaseOrder) -> dict[str, Any]:
    """Return what the back office ordered, as JSON can hold it."""
    return {
        "revision": order.revision,
        "supplier": order.supplier,
        "outlet": order.outlet,
        "due_date": _iso(order.due_date),
        "supplier_invoice": order.supplier_invoice,
        "note": order.note,
        "lines": [
            [
                line.line_no,
                line.sku,
                line.product_id,
                line.name,
                str(line.quantity),
                None if line.unit_cost is None else str(line.unit_cost),
            ]
            for line in order.lines
        ],
    }


def order_at(
    order_number: str, facts: Iterable[Noted], *, until: datetime | None = None
) -> OrderThen | None:
    """Return the order as it stood at ``until`` (now, without); None if nothing was noted by then.

    ``facts`` come in the order they were noted.
    """
    latest: dict[Fact, Any] = {}
    received: dict[int, Decimal] = {}
    since: datetime | None = None
    for noted in facts:
        if until is not None and noted.at > until:
            break
        since = noted.at
        latest[noted.fact] = noted.value
        if noted.fact is Fact.RECEIVED:
            received.update({int(no): Decimal(it) for no, it in noted.value.items()})
    if since is None:
        return None
    document = latest.get(Fact.DOCUMENT) or {}
    state = latest.get(Fact.STATE)
    return OrderThen(
        order_number=order_number,
        since=since,
        state=OrderState(state) if state else None,
        sync_state=SyncState(latest.get(Fact.SYNC_STATE) or SyncState.NOT_SYNCED),
        held=bool(latest.get(Fact.HELD)),
        consignment_id=latest.get(Fact.CONSIGNMENT),
        document=document,
        lines=lines_of(document, received),
        problems=tuple((code, message) for code, message in latest.get(Fact.PROBLEMS) or ()),
    )


def lines_of(document: Mapping[str, Any], received: Mapping[int, Decimal]) -> tuple[OrderLine, ...]:
    """Return the lines of a noted document, with what had been received of each."""
    return tuple(
        OrderLine(
            line_no=line_no,
            sku=sku,
            product_id=product_id,
            name=name,
            quantity=Decimal(quantity),
            unit_cost=None if cost is None else Decimal(cost),
            received=received.get(line_no, Decimal(0)),
        )
        for line_no, sku, product_id, name, quantity, cost in document.get("lines", ())
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
