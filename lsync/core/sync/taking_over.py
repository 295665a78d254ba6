"""Carries an accepted change out on the order, and queues what it means for supplier prices."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from lsync.core.domain.decision import Decision, DecisionKind
from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.records import LogStatus
from lsync.core.domain.remote_change import WrittenLine
from lsync.core.store import catalogue, orders, written_lines
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.core.sync.engine import SyncRules
from lsync.core.sync.journal import Journal
from lsync.core.sync.price_queueing import queue_price
from lsync.core.sync.said import Said

K = DecisionKind


class CannotTakeOverError(Exception):
    """The order does not allow the change. The text says why, as a clause."""


async def take_over(
    tx: Transaction,
    order: PurchaseOrder,
    decision: Decision,
    *,
    rules: SyncRules,
    journal: Journal,
    by: str,
    now: datetime,
) -> PurchaseOrder:
    """Bring the order up to what Lightspeed has of one product; return it so.

    What Lightspeed has then counts as written by lsync: nothing has to be sent.

    Raises:
        CannotTakeOverError: the order has no such line any more, or would have none at all.
        OrderConflict: the order was changed since it was read.
    """
    line = _line_of(order, decision)
    match decision.kind:
        case K.LINE_ADDED:
            taken = await _add(tx, order, decision, now=now)
        case K.LINE_REMOVED:
            if len(order.lines) == 1:
                raise CannotTakeOverError("the order would have no lines left; cancel it instead")
            taken = await orders.drop_line(tx, order, line_no=_require(line).line_no, now=now)
            await _note(tx, order, decision, None)
        case K.QUANTITY:
            changed = replace(_require(line), quantity=_theirs(decision))
            taken = await orders.adapt(tx, order, line=changed, now=now)
            await _note_line(tx, order, decision, quantity=decision.theirs)
        case _:
            changed = replace(_require(line), unit_cost=_theirs(decision))
            taken = await orders.adapt(tx, order, line=changed, now=now)
            await _note_line(tx, order, decision, unit_cost=decision.theirs)
    said = Said(
        step=f"{decision.kind}_accepted",
        message=f"Accepted by {by}: {decision.consequence}; {decision.question}",
        status=LogStatus.OK,
        detail={"decision": decision.id},
    )
    await journal.write(tx, said, now=now)
    if decision.kind is K.COST:
        await _price(tx, taken, decision, rules=rules, journal=journal, now=now)
    return taken


def _line_of(order: PurchaseOrder, decision: Decision) -> OrderLine | None:
    return next((line for line in order.lines if line.line_no == decision.line_no), None)


def _require(line: OrderLine | None) -> OrderLine:
    if line is None:
        raise CannotTakeOverError("the order no longer has that line")
    return line


def _theirs(decision: Decision) -> Decimal:
    if decision.theirs is None:
        raise CannotTakeOverError("there is no value to take over")
    return decision.theirs


async def _add(
    tx: Transaction, order: PurchaseOrder, decision: Decision, *, now: datetime
) -> PurchaseOrder:
    product_id = decision.product_id or ""
    known = (await catalogue.products_by_id(tx, [product_id])).get(product_id)
    cost = decision.detail.get("cost")
    line = OrderLine(
        line_no=max((each.line_no for each in order.lines), default=0) + 1,
        quantity=_theirs(decision),
        unit_cost=None if cost is None else Decimal(str(cost)),
        sku=known.sku if known else None,
        product_id=product_id,
        name=known.name if known else None,
    )
    taken = await orders.adapt(tx, order, line=line, now=now)
    await _note(tx, order, decision, WrittenLine(quantity=line.quantity, unit_cost=line.unit_cost))
    return taken


async def _note_line(
    tx: Transaction,
    order: PurchaseOrder,
    decision: Decision,
    *,
    quantity: Decimal | None = None,
    unit_cost: Decimal | None = None,
) -> None:
    """Count the accepted value as written; the other one stays as it was last written."""
    written = await written_lines.of_order(tx, stored_id(order))
    known = written.get(decision.product_id or "")
    line = _line_of(order, decision)
    if known is None and line is not None:
        known = WrittenLine(quantity=line.quantity, unit_cost=line.unit_cost)
    if known is None:
        return
    fresh = WrittenLine(
        quantity=known.quantity if quantity is None else quantity,
        unit_cost=known.unit_cost if unit_cost is None else unit_cost,
    )
    await _note(tx, order, decision, fresh)


async def _note(
    tx: Transaction, order: PurchaseOrder, decision: Decision, line: WrittenLine | None
) -> None:
    product_id = decision.product_id or ""
    await written_lines.put(tx, stored_id(order), product_id=product_id, line=line)


async def _price(
    tx: Transaction,
    order: PurchaseOrder,
    decision: Decision,
    *,
    rules: SyncRules,
    journal: Journal,
    now: datetime,
) -> None:
    """Queue the product's supplier price; an order whose supplier is unknown has none."""
    supplier = await catalogue.find_supplier(tx, order.supplier)
    if supplier is None:
        message = "The supplier price was not changed: the order's supplier is not known"
        await journal.write(
            tx, Said(step="price", message=message, status=LogStatus.WARNING), now=now
        )
        return
    await queue_price(
        tx,
        decision.product_id or "",
        supplier_id=supplier.id,
        price=_theirs(decision),
        order_number=order.order_number,
        max_attempts=rules.max_attempts,
    )
