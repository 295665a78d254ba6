"""Pushes one order: commits each decision of ``domain.push``, then carries it out.

What is decided lives there, how calls are made in ``push_calls``, what is prepared before the
first write in ``push_start``.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from lsync.core.domain.order import OrderState
from lsync.core.domain.outcome import Cancelled, Done, Outcome, Snooze
from lsync.core.domain.push import Decision, Push, Situation, Step, decide, intend, undo
from lsync.core.domain.push.dialogue import (
    Action,
    AddLines,
    Adopt,
    Adopted,
    Created,
    Event,
    Finish,
    LookForCreate,
    ReadBack,
    Rest,
    Resumed,
    Retreat,
    Send,
    SetHeader,
    Stop,
    Write,
)
from lsync.core.lightspeed import NotExecuted, Refused
from lsync.core.store import consignments, orders, written_lines
from lsync.core.store.consignments import DUPLICATE
from lsync.core.store.database import Transaction
from lsync.core.store.orders import Standing
from lsync.core.sync import recording
from lsync.core.sync.attribution import working
from lsync.core.sync.engine import Engine, Interrupted
from lsync.core.sync.journal import Journal
from lsync.core.sync.pull import pull_order
from lsync.core.sync.push_calls import Call, PushCalls
from lsync.core.sync.push_ending import end
from lsync.core.sync.push_start import AlreadyThere, Prepared, StoredPush, ToWithdraw, prepare
from lsync.core.sync.push_words import tell_event
from lsync.core.sync.withdrawing import withdraw

_PUSHED = frozenset({OrderState.APPROVED, OrderState.SUBMITTED})


async def push_order(
    engine: Engine,
    order_number: str,
    *,
    job_id: int | None = None,
    look_only: bool = False,
    send: bool = False,
    repairing: frozenset[str] | None = None,
    interrupted: Interrupted = lambda: None,
    holds_lease: Callable[[], bool] = lambda: True,
) -> Outcome:
    """Bring an approved order into Lightspeed exactly once, or go on where it was left.

    With ``look_only`` an unconfirmed create is looked for now and nothing new is created. With
    ``send`` the consignment is marked sent even if the rules hold it back.
    ``repairing`` makes Lightspeed equal to an order it already had (see ``push_start.prepare``).
    ``holds_lease`` is asked right before each write: a worker that was frozen past its lease
    must not write beside the one that took over.
    Raises what the client and the store raise; the recovery point is kept, so that the next
    run goes on from there.
    """
    with working(job_id=job_id, order_number=order_number):
        prepared = await prepare(engine, order_number, repairing=repairing)
        if isinstance(prepared, AlreadyThere):
            return await pull_order(engine, order_number, job_id=job_id)
        if isinstance(prepared, ToWithdraw):
            return await withdraw(engine, prepared.order, interrupted=interrupted)
        if not isinstance(prepared, Prepared):
            return prepared
        run = _Run(
            engine,
            prepared,
            look_only=look_only,
            send=send or engine.rules.auto_send,
            interrupted=interrupted,
            holds_lease=holds_lease,
        )
        return await run.to_its_end()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settled:
    """A committed decision: the push as kept, what to do next, or how the run ended."""

    push: StoredPush
    action: Action
    outcome: Outcome | None = None


class _Run:
    """One run of one push."""

    def __init__(
        self,
        engine: Engine,
        prepared: Prepared,
        *,
        look_only: bool,
        send: bool,
        interrupted: Interrupted,
        holds_lease: Callable[[], bool],
    ) -> None:
        self._engine = engine
        self._order = prepared.order
        self._resolved = prepared.resolved
        self._push = prepared.push
        self._prepared = prepared
        self._look_only = look_only
        self._send = send
        self._interrupted = interrupted
        self._holds_lease = holds_lease
        self._journal = Journal(engine, operation="push", order=prepared.order)
        self._calls = PushCalls(
            engine.client.scoped(max_wait=engine.rules.budget_wait),
            draft=prepared.draft,
            expected_lines=len(prepared.resolved.lines),
        )
        self._reads = 0
        self._sends = 0
        self._headers = 0

    async def to_its_end(self) -> Outcome:
        """Decide, commit, act, until the decision is an end."""
        event: Event = Resumed()
        while True:
            settled = await self._engine.database.run(
                lambda tx, event=event: self._settle(tx, event)  # type: ignore[misc]
            )
            self._push = settled.push
            if settled.outcome is not None:
                return settled.outcome
            if isinstance(settled.action, Write) and not self._holds_lease():
                until = self._engine.clock()
                return Snooze(until=until, reason="the lease of this job has run out")
            event = await self._act(settled.action)

    async def _act(self, action: Action) -> Event:
        if isinstance(action, Finish | Stop | Rest | Retreat):
            raise TypeError(f"{action} ends a run")
        self._reads += isinstance(action, ReadBack)
        self._sends += isinstance(action, Send)
        self._headers += isinstance(action, SetHeader)
        self._journal.begin()
        try:
            return await self._calls.perform(action, self._push.push)
        except (Refused, NotExecuted):
            await self._take_back(action)
            raise

    async def _take_back(self, action: Call) -> None:
        """Nothing happened: forget the announcement, so that nobody has to look for it."""
        if isinstance(action, LookForCreate | ReadBack | Adopt):
            return
        async with self._engine.database.write() as tx:
            undone = undo(self._push.push)
            self._push = await self._push.save(tx, undone, now=await tx.now())

    async def _settle(self, tx: Transaction, event: Event) -> _Settled:
        """Decide on what was observed and commit that together with the next announcement."""
        now = await tx.now()
        decision = decide(self._push.push, event, self._situation(now))
        await self._note(tx, event, decision, now=now)
        stop = await self._reason_to_stop(tx, decision.action)
        if stop is not None:
            kept = await self._push.save(tx, decision.push, now=now)
            return _Settled(push=kept, action=decision.action, outcome=stop)
        intended = self._intended(decision)
        writes = isinstance(decision.action, Write)
        kept = await self._push.save(tx, intended, now=now, fence=writes)
        if isinstance(decision.action, AddLines):
            await self._announce(tx, decision.action)
        outcome = await end(
            tx,
            decision.action,
            push=intended,
            prepared=self._prepared,
            journal=self._journal,
        )
        if self._look_only and isinstance(decision.action, Rest):
            outcome = Done(result={"found": False, "message": decision.action.reason})
        return _Settled(push=kept, action=decision.action, outcome=outcome)

    async def _announce(self, tx: Transaction, action: AddLines) -> None:
        """Note the lines as ours before they are written; an edit's count once they were seen."""
        order_id, base = self._push.push.order_id, self._prepared.base
        if base is None:
            await written_lines.add(tx, order_id, lines=action.lines)
        else:
            fresh = [line for line in action.lines if line.product_id not in base]
            await written_lines.announce(tx, order_id, lines=fresh)

    def _intended(self, decision: Decision) -> Push:
        """The push to be committed; one that ends equal holds the order's revision."""
        intended = intend(decision.push, decision.action)
        if isinstance(decision.action, Finish) and decision.action.equal:
            return replace(intended, revision=self._order.revision)
        return intended

    def _situation(self, now: datetime) -> Situation:
        return Situation(
            wanted=self._resolved.lines,
            now=now,
            quiet=self._engine.rules.quiet,
            header=self._prepared.header,
            ours=self._prepared.ours,
            base=self._prepared.base,
            cut_short=self._prepared.cut_short,
            unwritten=self._prepared.unwritten,
            auto_send=self._send,
            may_create=not self._look_only,
            reads=self._reads,
            sends=self._sends,
            headers=self._headers,
        )

    async def _note(
        self, tx: Transaction, event: Event, decision: Decision, *, now: datetime
    ) -> None:
        """Write down what was observed; a consignment of ours is linked at once."""
        fresh = isinstance(event, Resumed) and decision.push.step is Step.ARMED
        if not fresh:
            said = tell_event(event, self._push.push)
            await self._journal.write(
                tx, said, now=now, consignment_id=decision.push.consignment_id
            )
        if isinstance(event, Created | Adopted):
            await recording.link(tx, self._order, event.consignment, now=now)
        if isinstance(event, Adopted):
            for other in event.others:
                await consignments.put(
                    tx,
                    other,
                    self._push.push.order_id,
                    role=DUPLICATE,
                    now=now,
                    created_at=other.created_at,
                )

    async def _reason_to_stop(self, tx: Transaction, action: Action) -> Outcome | None:
        """Respect between steps what became of order and job meanwhile."""
        if not isinstance(action, Write):
            return None
        standing = await orders.standing(tx, self._push.push.order_id)
        again = _reason_to_begin_again(standing, revision=self._order.revision)
        if again is not None:
            return Snooze(until=await tx.now(), reason=again)
        forbidden = _reason_to_end(standing)
        return Cancelled(reason=forbidden) if forbidden else self._interrupted()


def _reason_to_begin_again(standing: Standing | None, *, revision: int) -> str | None:
    if standing is None:
        return None
    if standing.state is OrderState.CANCELLED:
        return "the order was cancelled; withdrawing it"
    return None if standing.revision == revision else "the order was changed; starting over"


def _reason_to_end(standing: Standing | None) -> str | None:
    if standing is None:
        return "the order was deleted"
    if standing.held:
        return "the order is on hold; release it to go on"
    return None if standing.state in _PUSHED else f"the order is {standing.state} now"
