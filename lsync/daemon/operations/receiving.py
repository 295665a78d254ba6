"""Recording goods that were counted here."""

from collections.abc import Sequence
from shlex import quote

from lsync.core.control import messages as m
from lsync.core.domain.catalogue import key
from lsync.core.domain.goods import RECEIVABLE, Counted
from lsync.core.domain.order import EDITABLE, PurchaseOrder
from lsync.core.domain.sanitise import visible
from lsync.core.store import goods
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.core.sync.receiving import BadCountError, missing, record_goods
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import bad_input, not_allowed
from lsync.daemon.operations.orders import require_order
from lsync.daemon.presenting.goods import goods_lines


async def receive(
    application: Application, order_number: str, request: m.ReceiveRequest, *, by: str
) -> m.ReceiveReport:
    """Record one delivery; with ``sync.push_receipts`` Lightspeed is told.

    Raises:
        ControlError: 404 unknown order, 409 it is not out or is settled, 422 the count cannot be
            recorded; nothing was changed.
    """

    async def work(tx: Transaction) -> m.ReceiveReport:
        order = await require_order(tx, order_number)
        before = await goods.of_order(tx, stored_id(order))
        known = any(each.delivery == request.delivery for each in before)
        if not known:
            _check_receivable(order)
        if request.everything and not known:
            counted = missing(order, before)
        elif request.everything:
            counted = [each for each in before if each.delivery == request.delivery]
        else:
            counted = [_counted(order, line) for line in request.lines]
        done = await record_goods(
            tx,
            order,
            counted=counted,
            delivery=request.delivery,
            by=by,
            push=application.settings.sync.push_receipts,
            max_attempts=application.rules.max_attempts,
        )
        after = await goods.of_order(tx, stored_id(order))
        return m.ReceiveReport(
            order_number=order_number,
            delivery=request.delivery,
            recorded=done.fresh,
            lines=goods_lines(order, after),
            remarks=done.remarks,
            job_id=done.job_id,
        )

    try:
        return await application.database.run(work)
    except BadCountError as refused:
        raise bad_input(
            f"The goods of order {order_number} were not recorded.",
            why="; ".join(refused.problems),
            next_step="Correct the count and give it again whole; nothing was changed.",
        ) from refused


def _check_receivable(order: PurchaseOrder) -> None:
    if order.state in RECEIVABLE:
        return
    number = visible(order.order_number)
    waits = order.state in EDITABLE
    raise not_allowed(
        f"The goods of order {number} were not recorded.",
        why=f"It is {order.state.replace('_', ' ')}; goods are counted once an order was sent.",
        next_step=f"Send it first: `lsync sync plan {quote(number)}` shows what that takes."
        if waits
        else f"Look at what came of it: `lsync po show {quote(number)}`; "
        "stock that is wrong all the same is put right by `lsync stock adjust`.",
    )


def _counted(order: PurchaseOrder, line: m.CountedLine) -> Counted:
    return Counted(
        line_no=line.line_no if line.line_no is not None else _line_no(order, line.sku),
        received=line.received,
        damaged=line.damaged,
        short=line.short,
        reason=line.reason,
    )


def _line_no(order: PurchaseOrder, sku: str | None) -> int:
    """The line that a SKU or product id names."""
    if sku is None:
        raise BadCountError(["a line needs its number or its SKU"])
    found = _named(order, sku)
    if len(found) != 1:
        several = "several lines" if found else "no line"
        raise BadCountError([f"the order has {several} with {sku}"])
    return found[0]


def _named(order: PurchaseOrder, sku: str) -> Sequence[int]:
    return [
        line.line_no
        for line in order.lines
        if key(line.sku or "") == key(sku) or line.product_id == sku.strip()
    ]
