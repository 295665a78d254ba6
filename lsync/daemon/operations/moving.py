"""The moves of an order that only a person makes: handing in, cancelling, closing."""

from collections.abc import Mapping
from dataclasses import dataclass
from shlex import quote

from lsync.core.control import messages as m
from lsync.core.domain.order import TRANSITIONS, OrderState, PurchaseOrder
from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.domain.sanitise import visible
from lsync.core.store import orders, sync_log
from lsync.core.store.database import Transaction
from lsync.core.store.orders import OrderConflict, stored_id
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import not_allowed
from lsync.daemon.operations.orders import find_order, require_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where a move leads, how the log calls it, and what to do instead when it is refused."""

    to: OrderState
    done: str
    instead: str


MOVES: Mapping[str, Move] = {
    "submit": Move(
        to=OrderState.PENDING_APPROVAL,
        done="handed in for approval",
        instead="Only a draft can be handed in.",
    ),
    "cancel": Move(
        to=OrderState.CANCELLED,
        done="cancelled; what Lightspeed has of it and did not receive is cancelled there too",
        instead="What was received stays received; close the order: `lsync po close {number}`.",
    ),
    "close": Move(
        to=OrderState.CLOSED,
        done="closed by hand",
        instead="Only a received order can be closed; cancel it if nothing will come.",
    ),
}


async def move(application: Application, order_number: str, name: str, *, by: str) -> m.OrderDetail:
    """Make one of ``MOVES``; an order that is there already stays as it is.

    A cancelled order that Lightspeed has is withdrawn by the daemon, which looks for them.

    Raises:
        ControlError: 404 unknown order, 409 its state does not allow it.
    """
    wanted = MOVES[name]

    async def work(tx: Transaction) -> None:
        order = await require_order(tx, order_number)
        if order.state is wanted.to:
            return
        _check(order, wanted)
        now = await tx.now()
        try:
            await orders.set_state(tx, order, state=wanted.to, now=now)
        except OrderConflict as conflict:
            raise not_allowed(
                f"Order {order_number} was not changed.",
                why=conflict.why,
                next_step=f"`lsync po show {quote(order_number)}` shows it as it is now; "
                "then decide again.",
            ) from conflict
        await sync_log.append(
            tx,
            SyncLogEntry(
                created_at=now,
                operation=name,
                step=wanted.to.value,
                status=LogStatus.INFO,
                message=visible(f"{by}: {wanted.done}"),
                order_id=stored_id(order),
                order_number=order.order_number,
            ),
        )

    await application.database.run(work, idempotent=True)
    return await find_order(application, order_number)


def _check(order: PurchaseOrder, wanted: Move) -> None:
    if wanted.to not in TRANSITIONS[order.state]:
        raise not_allowed(
            f"Order {order.order_number} cannot become {wanted.to.replace('_', ' ')}.",
            why=f"It is {order.state.replace('_', ' ')}.",
            next_step=wanted.instead.format(number=quote(order.order_number)),
        )
