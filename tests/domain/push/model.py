"""A consignment API of a few lines whose writes can fail in every way, and a shell that crashes.

Nothing here shares code with the simulator: it checks the decisions alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from lsync.core.domain.consignment import ConsignmentLineView, ConsignmentView
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.push import Push, Situation, decide, intend, undo
from lsync.core.domain.push.dialogue import (
    Action,
    AddLines,
    Adopt,
    Adopted,
    Candidate,
    Create,
    Created,
    Event,
    Filled,
    Finish,
    Looked,
    LookForCreate,
    Lost,
    Read,
    ReadBack,
    Rest,
    Resumed,
    Retreat,
    Send,
    Sent,
    SetLines,
    Stop,
)

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
QUIET = timedelta(seconds=360)


class Fate(StrEnum):
    """What becomes of one write, or of the process around it."""

    FINE = "fine"
    REPLY_LOST = "executed, reply lost"
    NEVER_ARRIVED = "not executed, reply lost"
    LATE = "reply lost, executed later"
    REFUSED = "refused"
    CRASH_BEFORE = "process dies before it is sent"
    CRASH_AFTER = "process dies after it was executed"
    CRASH_LATE = "process dies, executed later"


class CrashError(Exception):
    """The process dies here."""


class RefusedError(Exception):
    """Lightspeed or the network proved that nothing happened."""


class LostError(Exception):
    """The answer never came."""


@dataclass
class Shop:
    """Consignments by id; ``late`` holds writes that will be executed at a time."""

    now: datetime = START
    version: int = 100
    consignments: dict[str, ConsignmentView] = field(default_factory=dict)
    late: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)

    def pass_time(self, by: timedelta) -> None:
        self.now += by
        due = [effect for at, effect in self.late if at <= self.now]
        self.late = [(at, effect) for at, effect in self.late if at > self.now]
        for effect in due:
            effect()

    def _put(self, view: ConsignmentView) -> ConsignmentView:
        self.version += 1
        stored = replace(view, version=self.version)
        self.consignments[view.consignment_id] = stored
        return stored

    def create(self, reference: str) -> ConsignmentView:
        self.writes.append("create")
        return self._put(
            ConsignmentView(
                consignment_id=f"c{len(self.consignments) + 1}",
                status="OPEN",
                version=0,
                reference=reference,
                created_at=self.now,
            )
        )

    def add(self, consignment_id: str, lines: tuple[ResolvedLine, ...]) -> None:
        self.writes.append("bulk")
        view = self.consignments[consignment_id]
        held = {line.product_id: line for line in view.lines}
        for line in lines:
            before = held.get(line.product_id)
            held[line.product_id] = ConsignmentLineView(
                product_id=line.product_id,
                count=(before.count if before else Decimal(0)) + line.quantity,
                cost=line.unit_cost,
            )
        self._put(replace(view, lines=tuple(held.values())))

    def set_line(self, consignment_id: str, line: ResolvedLine) -> None:
        self.writes.append("put")
        view = self.consignments[consignment_id]
        changed = ConsignmentLineView(
            product_id=line.product_id, count=line.quantity, cost=line.unit_cost
        )
        others = tuple(held for held in view.lines if held.product_id != line.product_id)
        self._put(replace(view, lines=(*others, changed)))

    def send(self, consignment_id: str) -> ConsignmentView:
        self.writes.append("send")
        return self._put(replace(self.consignments[consignment_id], status="SENT"))


@dataclass
class Shell:
    """Carries the actions out over ``shop``; ``push`` is all that survives a crash."""

    shop: Shop
    wanted: tuple[ResolvedLine, ...]
    fates: Iterator[Fate]
    push: Push
    actions: list[Action] = field(default_factory=list)

    def run(self) -> Action:
        """Run until nothing more can be done now; raises CrashError where the process dies."""
        known: ConsignmentView | None = None
        reads = sends = 0
        event: Event = Resumed()
        while True:
            situation = Situation(
                wanted=self.wanted, now=self.shop.now, quiet=QUIET, reads=reads, sends=sends
            )
            decision = decide(self.push, event, situation)
            self.push = intend(decision.push, decision.action)
            self.actions.append(decision.action)
            reads += isinstance(decision.action, ReadBack)
            sends += isinstance(decision.action, Send)
            match decision.action:
                case Rest() | Finish() | Stop() | Retreat():
                    return decision.action
                case Create() | AddLines() | SetLines() | Send() as action:
                    event = self._write(action)
                case LookForCreate(after=after, reference=reference):
                    event = Looked(candidates=tuple(self._find(after, reference)))
                case Adopt(chosen=chosen, surplus=surplus):
                    for view in surplus:
                        del self.shop.consignments[view.consignment_id]
                    event = Adopted(consignment=chosen)
                case ReadBack() as action:
                    assert self.push.consignment_id
                    known = self.shop.consignments[self.push.consignment_id]
                    event = Read(consignment=known, action=action)

    def _find(self, after: int, reference: str) -> Iterator[Candidate]:
        for view in self.shop.consignments.values():
            if view.version > after and view.reference == reference:
                yield Candidate(consignment=view, has_lines=bool(view.lines))

    def _write(self, action: Create | AddLines | SetLines | Send) -> Event:
        try:
            return self._suffer(action, next(self.fates, Fate.FINE))
        except LostError:
            return Lost(action=action)
        except RefusedError:
            self.push = undo(self.push)
            raise CrashError from None

    def _suffer(self, action: Create | AddLines | SetLines | Send, fate: Fate) -> Event:
        match fate:
            case Fate.REFUSED:
                raise RefusedError
            case Fate.CRASH_BEFORE:
                raise CrashError
            case Fate.NEVER_ARRIVED:
                raise LostError
            case Fate.LATE | Fate.CRASH_LATE:
                due = self.shop.now + QUIET - timedelta(seconds=1)
                self.shop.late.append((due, lambda: self._execute(action)))
                raise LostError if fate is Fate.LATE else CrashError
        event = self._execute(action)
        if fate is Fate.REPLY_LOST:
            raise LostError
        if fate is Fate.CRASH_AFTER:
            raise CrashError
        return event

    def _execute(self, action: Create | AddLines | SetLines | Send) -> Event:
        if isinstance(action, Create):
            return Created(consignment=self.shop.create(self.push.reference))
        assert self.push.consignment_id
        match action:
            case AddLines():
                self.shop.add(self.push.consignment_id, action.lines)
                return Filled(action=action)
            case SetLines():
                for line in action.lines:
                    self.shop.set_line(self.push.consignment_id, line)
                return Filled(action=action)
            case Send():
                return Sent(consignment=self.shop.send(self.push.consignment_id))


def wanted_lines(count: int) -> tuple[ResolvedLine, ...]:
    return tuple(
        ResolvedLine(
            line_no=number,
            product_id=f"p{number}",
            sku=f"SKU-{number}",
            quantity=Decimal(number % 7 + 1),
            unit_cost=Decimal("2.50"),
        )
        for number in range(1, count + 1)
    )


def shell(lines: int = 3, *, fates: list[Fate] | None = None) -> Shell:
    push = Push(order_id=1, reference="PO-1", revision=1, watermark=100)
    return Shell(shop=Shop(), wanted=wanted_lines(lines), fates=iter(fates or []), push=push)


def run_to_the_end(shell: Shell, *, rounds: int = 200) -> Action:
    """Resume after every crash, rest and retreat, letting time pass, until it ends."""
    for _ in range(rounds):
        try:
            action = shell.run()
        except CrashError:
            shell.shop.pass_time(timedelta(seconds=60))
            continue
        match action:
            case Rest(until=until):
                shell.shop.pass_time(until - shell.shop.now)
            case Retreat():
                shell.shop.pass_time(timedelta(seconds=60))
            case _:
                return action
    raise AssertionError("the push never ended")
