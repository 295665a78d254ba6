"""Takes the cost that an invoice charges over: the order's line, its consignment, the product."""

from dataclasses import replace

from lsync.core.domain.decision import Decision
from lsync.core.domain.family import known_lines
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.records import LogStatus
from lsync.core.store import catalogue, orders
from lsync.core.store.database import Transaction
from lsync.core.store.decisions import DecisionConflict
from lsync.core.sync.cost_push import queue_cost
from lsync.core.sync.engine import SyncRules
from lsync.core.sync.journal import Journal
from lsync.core.sync.price_queueing import queue_price
from lsync.core.sync.said import Said


async def charge(
    rules: SyncRules,
    tx: Transaction,
    decision: Decision,
    order: PurchaseOrder,
    *,
    journal: Journal,
) -> None:
    """Change the line's cost, and queue what follows at Lightspeed; everything in one transaction.

    Raises:
        DecisionConflict: the order no longer has the line at the cost that was asked about.
        OrderConflict: the order is being changed by somebody else.
    """
    now = await tx.now()
    line = next((it for it in order.lines if it.line_no == decision.line_no), None)
    if line is None or decision.theirs is None or line.unit_cost != decision.ours:
        raise DecisionConflict(decision, why="The order's line has changed since it was asked.")
    taken = await orders.adapt(tx, order, line=replace(line, unit_cost=decision.theirs), now=now)
    message = f"Accepted by {decision.decided_by}: {decision.question}"
    said = Said(step="invoice_accepted", message=message, detail={"decision": decision.id})
    await journal.write(tx, said, now=now)
    if taken.consignment_id is not None:
        await queue_cost(tx, taken, line_no=line.line_no, max_attempts=rules.max_attempts)
    supplier = await catalogue.find_supplier(tx, taken.supplier)
    resolved = known_lines(taken, await catalogue.facts_for(tx, [taken]))
    product = next((it.product_id for it in resolved if it.line_no == line.line_no), None)
    if supplier is None or product is None:
        told = "The supplier price was not changed: supplier or product is not known at Lightspeed"
        await journal.write(tx, Said(step="price", message=told, status=LogStatus.WARNING), now=now)
        return
    await queue_price(
        tx,
        product,
        supplier_id=supplier.id,
        price=decision.theirs,
        order_number=taken.order_number,
        max_attempts=rules.max_attempts,
    )
