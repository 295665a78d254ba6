"""The history of an order: everything that happened, and how it stood at a time."""

from datetime import datetime

from lsync.core.control import messages as m
from lsync.core.domain.happenings import Happening, happenings
from lsync.core.domain.history import OrderThen, order_at
from lsync.core.domain.records import SyncLogEntry
from lsync.core.store import orders, receipts, sync_log
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.core.store.sync_log import LogFilter
from lsync.daemon.application import Application
from lsync.daemon.operations.orders import require_order


async def history(
    application: Application, order_number: str, *, at: datetime | None = None
) -> m.OrderHistory:
    """Everything that happened to an order, oldest first; with ``at`` only up to then.

    Raises:
        ControlError: 404.
    """
    async with application.database.read() as tx:
        order = await require_order(tx, order_number)
        order_id = stored_id(order)
        facts = await orders.facts(tx, order_id)
        log = await _log(tx, order_number)
        received = await receipts.of_order(tx, order_id)
    found = happenings(facts, log, received)
    return m.OrderHistory(
        order_number=order_number,
        at=at,
        order=_order(order_at(order_number, facts, until=at)),
        entries=tuple(_entry(each) for each in found if at is None or each.at <= at),
    )


async def _log(tx: Transaction, order_number: str) -> list[SyncLogEntry]:
    """Every entry about the order, oldest first."""
    found: list[SyncLogEntry] = []
    before: int | None = None
    matching = LogFilter(order=order_number)
    while page := await sync_log.search(tx, matching=matching, limit=sync_log.MOST, before=before):
        found += page
        before = page[-1].id
    return found[::-1]


def _entry(happening: Happening) -> m.HistoryEntry:
    return m.HistoryEntry(
        at=happening.at,
        what=happening.what,
        message=happening.message,
        status=happening.status,
        consignment_id=happening.consignment_id,
        job_id=happening.job_id,
        requests=happening.requests,
    )


def _order(then: OrderThen | None) -> m.OrderAt | None:
    if then is None:
        return None
    document = then.document
    return m.OrderAt(
        since=then.since,
        state=then.state,
        sync_state=then.sync_state,
        held=then.held,
        consignment_id=then.consignment_id,
        revision=document.get("revision"),
        supplier=document.get("supplier") or "",
        outlet=document.get("outlet") or "",
        due_date=document.get("due_date"),
        supplier_invoice=document.get("supplier_invoice"),
        note=document.get("note"),
        lines=tuple(
            m.LineMessage(
                line_no=line.line_no,
                sku=line.sku,
                product_id=line.product_id,
                name=line.name,
                quantity=line.quantity,
                unit_cost=line.unit_cost,
                received=line.received,
            )
            for line in then.lines
        ),
        problems=tuple(m.ToldProblem(code=code, message=said) for code, said in then.problems),
    )
