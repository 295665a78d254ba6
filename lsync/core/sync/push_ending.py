"""What is written down when a run of a push ends, in the transaction of its last decision."""

from dataclasses import replace
from datetime import datetime

from lsync.core.domain.order import PurchaseOrder, SyncState
from lsync.core.domain.outcome import Dead, Done, Outcome, Retry, Snooze
from lsync.core.domain.problem import Severity
from lsync.core.domain.push import Push
from lsync.core.domain.push.dialogue import Action, Finish, Rest, Retreat, Stop
from lsync.core.domain.remote_change import WrittenLine
from lsync.core.store import orders, written_lines
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.core.sync import recording
from lsync.core.sync.journal import Journal
from lsync.core.sync.proposing import lapse_gone
from lsync.core.sync.push_start import Prepared
from lsync.core.sync.push_words import tell_end


async def end(
    tx: Transaction, action: Action, *, push: Push, prepared: Prepared, journal: Journal
) -> Outcome | None:
    """Write down how the run ends; None if ``action`` goes on."""
    now = await tx.now()
    said = tell_end(action)
    if said is not None:
        await journal.write(tx, said, now=now, consignment_id=push.consignment_id)
    match action:
        case Finish():
            return await _finish(tx, action, prepared=prepared, journal=journal, now=now)
        case Stop():
            return await _stop(tx, action, order_id=push.order_id, now=now)
        case Rest(until=until, reason=reason, problems=problems):
            await orders.put_problems(tx, push.order_id, problems=problems, now=now)
            return Snooze(until=until, reason=reason)
        case Retreat(reason=reason):
            return Retry(error=reason, error_class="Unconfirmed")
        case _:
            return None


async def _finish(
    tx: Transaction, action: Finish, *, prepared: Prepared, journal: Journal, now: datetime
) -> Outcome:
    lines = prepared.resolved.lines
    order = await _as_it_is(tx, prepared.order)
    await recording.keep_consignment(tx, order, action.consignment, lines=lines, now=now)
    if action.equal:
        await _mark_written(tx, prepared, now=now)
    await lapse_gone(tx, order, lines=lines, now=now)
    written = action.equal or not prepared.unwritten
    assessed = await recording.record(tx, order, lines=lines, written=written, now=now)
    if assessed is None:
        raise ValueError(f"the consignment of {order.order_number} was not kept")
    return Done(
        result={
            "order_number": order.order_number,
            "consignment_id": action.consignment.consignment_id,
            "state": assessed.state.value,
            "sync_state": assessed.sync_state.value,
            "calls": journal.calls,
        }
    )


async def _as_it_is(tx: Transaction, order: PurchaseOrder) -> PurchaseOrder:
    """Return the order with its present state; read anew only if its document was changed."""
    order_id = stored_id(order)
    standing = await orders.standing(tx, order_id)
    if standing is not None and standing.revision == order.revision:
        return replace(
            order,
            state=standing.state,
            held=standing.held,
            consignment_id=standing.consignment_id,
        )
    return await orders.find_by_id(tx, order_id) or order


async def _mark_written(tx: Transaction, prepared: Prepared, *, now: datetime) -> None:
    """Lightspeed was shown to hold the revision, line by line."""
    order_id, lines = prepared.push.push.order_id, prepared.resolved.lines
    await orders.mark_pushed(tx, order_id, revision=prepared.order.revision, now=now)
    wanted = {
        line.product_id: WrittenLine(quantity=line.quantity, unit_cost=line.unit_cost)
        for line in lines
    }
    if await written_lines.of_order(tx, order_id) != wanted:
        await written_lines.replace(tx, order_id, lines=lines)


async def _stop(tx: Transaction, action: Stop, *, order_id: int, now: datetime) -> Outcome:
    said = "; ".join(problem.message for problem in action.problems)
    drifted = all(problem.severity is Severity.DRIFT for problem in action.problems)
    state = SyncState.DRIFTED if drifted else SyncState.FAILED
    await orders.put_problems(tx, order_id, problems=action.problems, now=now)
    await orders.set_error(tx, order_id, error=said, now=now)
    await orders.set_sync_state(tx, order_id, sync_state=state, now=now)
    return Dead(error=said, error_class="Stopped")
