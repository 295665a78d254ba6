"""A person's answers: accepting carries the change out, rejecting leaves things as they are."""

from dataclasses import dataclass, replace

from lsync.core.domain import goods
from lsync.core.domain.decision import Decision, DecisionKind, DecisionState
from lsync.core.domain.family import known_lines
from lsync.core.domain.goods import Counted
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.records import LogStatus
from lsync.core.store import catalogue, decisions, orders
from lsync.core.store import goods as counted
from lsync.core.store.database import Transaction
from lsync.core.store.decisions import DecisionConflict
from lsync.core.store.orders import stored_id
from lsync.core.sync import adjusting, recording
from lsync.core.sync.charging import charge
from lsync.core.sync.engine import Engine
from lsync.core.sync.journal import Journal
from lsync.core.sync.proposing import REMOTE, changes_of, ground_of
from lsync.core.sync.receiving import queue_receipts
from lsync.core.sync.said import Said
from lsync.core.sync.taking_over import CannotTakeOverError, take_over


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person said: the state it puts the question in, their name, and a note."""

    state: DecisionState
    by: str
    note: str | None = None


async def decide(engine: Engine, tx: Transaction, decision: Decision, answer: Answer) -> Decision:
    """Answer one question and carry the answer out, in the caller's transaction.

    Raises:
        DecisionConflict: it was answered, or what it asks about is no longer so.
        OrderConflict: the order is being changed by somebody else.
    """
    now = await tx.now()
    order = None
    if decision.order_id is not None:
        order = await orders.lock(tx, decision.order_id)
    settled = await decisions.settle(
        tx, decision, state=answer.state, now=now, by=answer.by, note=answer.note
    )
    if settled.kind is DecisionKind.STOCK:
        await adjusting.answer(tx, settled, max_attempts=engine.rules.max_attempts)
        return settled
    journal = Journal(engine, operation="decide", order=order)
    if answer.state is DecisionState.ACCEPTED:
        await _accept(engine, tx, settled, order, journal=journal)
    else:
        if settled.kind is DecisionKind.RECEIPT and order is not None:
            await queue_receipts(tx, order, max_attempts=engine.rules.max_attempts)
        message = f"{answer.state.capitalize()} by {answer.by}: {decision.question}"
        said = Said(
            step=f"{decision.kind}_{answer.state}",
            message=message,
            status=LogStatus.INFO,
            detail={"decision": decision.id},
        )
        await journal.write(tx, said, now=now)
        if settled.kind in REMOTE and order is not None:
            await judge_again(tx, order)
    return settled


async def _accept(
    engine: Engine,
    tx: Transaction,
    decision: Decision,
    order: PurchaseOrder | None,
    *,
    journal: Journal,
) -> None:
    if order is None:
        raise DecisionConflict(decision, why="Its order no longer exists.")
    if decision.kind is DecisionKind.RECEIPT:
        await _correct_count(tx, decision, order)
    elif decision.kind in REMOTE:
        await _carry_out(engine, tx, decision, order, journal=journal)
    elif decision.kind is DecisionKind.INVOICE:
        await charge(engine.rules, tx, decision, order, journal=journal)


async def _correct_count(tx: Transaction, decision: Decision, order: PurchaseOrder) -> None:
    """Count what was counted at Lightspeed, by a correction of the count made here."""
    line_no, theirs = decision.line_no, decision.theirs
    ours = goods.totals(await counted.of_order(tx, stored_id(order)))
    if line_no is None or theirs is None or ours.get(line_no) != decision.ours:
        raise DecisionConflict(decision, why="More was counted here since it was asked.")
    correction = Counted(
        line_no=line_no,
        received=theirs - ours[line_no],
        reason="as counted at Lightspeed",
        delivery=f"decision {decision.id}",
        recorded_at=await tx.now(),
        recorded_by=decision.decided_by or "",
    )
    await counted.add(tx, stored_id(order), counted=[correction])


async def _carry_out(
    engine: Engine,
    tx: Transaction,
    decision: Decision,
    order: PurchaseOrder,
    *,
    journal: Journal,
) -> None:
    now = await tx.now()
    await _check(tx, order, decision)
    try:
        taken = await take_over(
            tx,
            order,
            decision,
            rules=engine.rules,
            journal=journal,
            by=decision.decided_by or "",
            now=now,
        )
    except CannotTakeOverError as error:
        raise DecisionConflict(decision, why=f"It cannot be taken over: {error}.") from error
    await judge_again(tx, taken)


async def _check(tx: Transaction, order: PurchaseOrder, decision: Decision) -> None:
    """Let an answer pass only if the question is still the one that was asked."""
    lines = known_lines(order, await catalogue.facts_for(tx, [order]))
    _, changes = await changes_of(tx, order, lines=lines)
    asked = (decision.ground, decision.ours, decision.theirs)
    if asked not in [(ground_of(order, it), it.ours, it.theirs) for it in changes]:
        raise DecisionConflict(
            decision,
            why="The order or its consignment has changed since; its next sync asks anew.",
        )


async def judge_again(tx: Transaction, order: PurchaseOrder) -> None:
    """Record what the order's consignments mean for the order as it is now."""
    fresh = await orders.find_by_id(tx, stored_id(order)) or replace(order)
    lines = known_lines(fresh, await catalogue.facts_for(tx, [fresh]))
    written = await recording.is_written(tx, fresh)
    await recording.record(tx, fresh, lines=lines, written=written, now=await tx.now())
