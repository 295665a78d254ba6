"""Listing and looking at purchase orders."""

from collections.abc import Sequence
from dataclasses import replace
from shlex import quote

from lsync.core.control import messages as m
from lsync.core.domain.order import EDITABLE, OrderState, PurchaseOrder, SyncState
from lsync.core.domain.pausing import tell_pauses
from lsync.core.domain.push import Step
from lsync.core.domain.sanitise import visible
from lsync.core.queue import pauses
from lsync.core.store import api_log, consignments, goods, orders, pushes, sync_log
from lsync.core.store.api_log import ApiLogFilter
from lsync.core.store.database import Transaction
from lsync.core.store.jobs.pausing import Pause
from lsync.core.store.orders import OrderFilter
from lsync.core.store.sync_log import LogFilter
from lsync.core.sync.foreseeing import foresee
from lsync.core.sync.pull_queueing import PULL
from lsync.core.sync.push_queueing import PUSH
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import no_order
from lsync.daemon.presenting.orders import KnownOrder, order_detail, order_summary

SHOWN_LOG = 20
ENDED = frozenset({OrderState.CLOSED, OrderState.CANCELLED})
"""States in which an order waits for nothing."""
SYNCING = (PUSH, PULL)


async def list_orders(
    application: Application,
    *,
    matching: OrderFilter,
    limit: int = 100,
    after: str | None = None,
) -> list[m.OrderSummary]:
    """A page of orders, newest first."""
    async with application.database.read() as tx:
        found = await orders.listing(tx, matching=matching, limit=limit, after=after)
    return [order_summary(each) for each in found]


async def find_order(application: Application, order_number: str) -> m.OrderDetail:
    """One order whole.

    Raises:
        ControlError: 404.
    """
    async with application.database.read() as tx:
        order = await require_order(tx, order_number)
        known = await _known(tx, order)
    if order.state in EDITABLE and not order.problems:
        foreseen = await foresee(application.database, [order])
        known = replace(known, foreseen=foreseen[order.order_number])
    return order_detail(known)


async def require_order(tx: Transaction, order_number: str) -> PurchaseOrder:
    """The order with exactly that number.

    Raises:
        ControlError: 404.
    """
    order = await orders.find(tx, order_number)
    if order is None:
        raise no_order(order_number)
    return order


async def _known(tx: Transaction, order: PurchaseOrder) -> KnownOrder:
    order_id = orders.stored_id(order)
    number = order.order_number
    push = await pushes.current(tx, order_id)
    return KnownOrder(
        order=order,
        family=await consignments.family(tx, order_id),
        log=await sync_log.search(tx, matching=LogFilter(order=number), limit=SHOWN_LOG),
        last_error=(await orders.find_sync(tx, order_id)).last_error,
        push_step=None if push is None else push.step,
        api_calls=await api_log.count(tx, matching=ApiLogFilter(order=number)),
        counted=await goods.of_order(tx, order_id),
        waits=(*_held_back(order, push), *_paused(order, await pauses(tx))),
    )


def _held_back(order: PurchaseOrder, push: pushes.PushRecord | None) -> tuple[str, ...]:
    """What ``sync.auto_send = false`` keeps from being sent: whole, and in step."""
    whole = push is not None and push.step == Step.VERIFIED.value
    if not whole or (order.state, order.sync_state) != (OrderState.APPROVED, SyncState.SYNCED):
        return ()
    number = visible(order.order_number)
    return (
        f"Its lines are checked and it is not marked as sent: `lsync sync send {quote(number)}`",
    )


def _paused(order: PurchaseOrder, found: Sequence[Pause]) -> tuple[str, ...]:
    return () if order.state in ENDED else tell_pauses(found, job_types=SYNCING)
