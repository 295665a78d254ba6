"""All consignments of one order together: the order's state, what was received, what is wrong.

Pure. A push that ends and a pull both record what ``assess`` says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from lsync.core.domain.catalogue import CatalogueFacts
from lsync.core.domain.consignment import (
    FROZEN,
    ConsignmentStatus,
    ConsignmentView,
    order_state_of,
)
from lsync.core.domain.drift import DriftKind, LineDrift, compare, problem_of
from lsync.core.domain.order import TRANSITIONS, OrderState, PurchaseOrder, SyncState
from lsync.core.domain.preflight_lines import ResolvedLine, resolve_product
from lsync.core.domain.problem import Problem, Severity
from lsync.core.domain.receipt import NOTHING, receipt_problems, received_totals
from lsync.core.domain.remote_problem import (
    cancelled_remotely,
    duplicate_consignment,
    flipped_back,
    more_to_come,
    not_approved_here,
    not_cancelled_remotely,
    not_editable,
    unknown_status,
)

C = ConsignmentStatus
S = OrderState
_UNAPPROVED = frozenset({S.DRAFT, S.PENDING_APPROVAL})

ONE_RECEIPT = timedelta(minutes=1)
"""How far apart the times of a receipt and of what it splits off may be, either way round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The consignment of an order, those split off from it, and those that should not exist."""

    primary: ConsignmentView
    splits: tuple[ConsignmentView, ...] = ()
    duplicates: tuple[ConsignmentView, ...] = ()

    @property
    def members(self) -> tuple[ConsignmentView, ...]:
        """The consignments that carry the order's goods."""
        return (self.primary, *self.splits)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all of them, duplicates included."""
        return frozenset(it.consignment_id for it in (*self.members, *self.duplicates))

    def refreshed(self, views: Iterable[ConsignmentView]) -> "Family":
        """Return the family with what was just read of its consignments; strangers are left out."""
        by_id = {view.consignment_id: view for view in views}

        def fresh(known: tuple[ConsignmentView, ...]) -> tuple[ConsignmentView, ...]:
            return tuple(by_id.get(it.consignment_id, it) for it in known)

        return Family(
            primary=by_id.get(self.primary.consignment_id, self.primary),
            splits=fresh(self.splits),
            duplicates=fresh(self.duplicates),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What an order has to become. ``received`` is by line number, over the whole family.

    ``unsent``: how the sync of an edit stands that can still go out. That is its push's to
    change: what was seen of the consignment says nothing about it.
    """

    state: OrderState
    received: Mapping[int, Decimal]
    problems: tuple[Problem, ...]
    unsent: SyncState | None = None

    @property
    def sync_state(self) -> SyncState:
        """Drifted if anything differs; warnings such as a short receipt leave it synced."""
        if self.unsent is not None:
            return self.unsent
        drifted = any(problem.severity is Severity.DRIFT for problem in self.problems)
        return SyncState.DRIFTED if drifted else SyncState.SYNCED


def known_lines(order: PurchaseOrder, facts: CatalogueFacts) -> tuple[ResolvedLine, ...]:
    """Return the order's lines whose product is known, also those that may not be ordered."""
    found = [(line, resolve_product(line, facts)[0]) for line in order.lines]
    return tuple(
        ResolvedLine(
            line_no=line.line_no,
            product_id=product.id,
            sku=product.sku,
            quantity=line.quantity,
            unit_cost=line.unit_cost,
        )
        for line, product in found
        if product is not None
    )


def assess(
    order: PurchaseOrder,
    lines: Sequence[ResolvedLine],
    family: Family,
    *,
    written: bool = True,
    edited: bool = False,
) -> Assessment:
    """Judge an order by its family.

    ``lines`` are those of its lines whose product is known. ``written``: Lightspeed was shown
    to hold this revision of the order, so that a difference cannot be a change still to be sent.
    ``edited``: it holds an earlier revision; a change that comes too late is said.
    """
    state, problems = _state(order.state, family.members)
    totals = received_totals(family.members)
    problems += _line_problems(lines, family.primary, written=written, edited=edited)
    problems += receipt_problems(lines, totals, complete=state in {S.RECEIVED, S.CLOSED})
    problems += [
        duplicate_consignment(it.consignment_id, status=it.status, deleted=False)
        for it in family.duplicates
        if it.known_status is not C.CANCELLED
    ]
    received = {line.line_no: totals.get(line.product_id, NOTHING) for line in lines}
    open_to_edits = family.primary.known_status in {C.OPEN, C.SENT} and state is not S.CANCELLED
    return Assessment(
        state=state,
        received=received,
        problems=tuple(problems),
        unsent=order.sync_state if open_to_edits and not written else None,
    )


def _state(
    current: OrderState, members: Sequence[ConsignmentView]
) -> tuple[OrderState, list[Problem]]:
    """Return the order's next state; what would be a step back is a problem instead."""
    unknown = [unknown_status(view.status) for view in members if view.known_status is None]
    if unknown:
        return current, unknown
    statuses = [view.known_status for view in members if view.known_status is not None]
    meant = order_state_of(statuses)
    if current is S.CANCELLED:
        alive = [view for view in members if view.known_status not in FROZEN]
        return current, [not_cancelled_remotely(_shown(alive))] if alive else []
    if meant is S.CANCELLED:
        return (meant if _follows(current, meant) else current), [cancelled_remotely()]
    if current is S.CLOSED and meant is S.RECEIVED:
        return current, []
    if _follows(current, meant):
        return meant, []
    return current, [_stays(current, members)]


def _stays(current: OrderState, members: Sequence[ConsignmentView]) -> Problem:
    """Why the order keeps its state although Lightspeed means another one."""
    primary, *splits = members
    to_come = [view for view in splits if view.known_status not in FROZEN]
    if current in _UNAPPROVED:
        return not_approved_here(_shown(members))
    if primary.known_status is C.RECEIVED and to_come:
        return more_to_come(was=current, now=_shown(to_come))
    return flipped_back(was=current, now=_shown(members))


def _follows(current: OrderState, meant: OrderState) -> bool:
    """Whether Lightspeed may move the order there; approving one is not Lightspeed's to do."""
    if current in _UNAPPROVED:
        return False
    return meant is current or meant in TRANSITIONS[current]


def _shown(members: Sequence[ConsignmentView]) -> str:
    return " and ".join(view.status for view in members)


def _line_problems(
    lines: Sequence[ResolvedLine], primary: ConsignmentView, *, written: bool, edited: bool
) -> list[Problem]:
    if primary.known_status in {None, C.CANCELLED}:
        return []
    changeable = primary.known_status in {C.OPEN, C.SENT}
    problems = [
        problem_of(drift, severity=_severity(drift, primary), changeable=changeable)
        for drift in compare(lines, primary.lines)
    ]
    if written or not (problems or edited):
        return problems
    return [] if changeable else [*problems, not_editable(primary.status)]


def _severity(drift: LineDrift, primary: ConsignmentView) -> Severity:
    """A received consignment keeps its costs: one that was settled later is no drift any more."""
    settled = drift.kind is DriftKind.COST and primary.known_status is C.RECEIVED
    return Severity.WARNING if settled else Severity.DRIFT


def is_split_off(
    candidate: ConsignmentView, *, family: Family, lines: Sequence[ResolvedLine]
) -> bool:
    """Whether a consignment with the order's reference carries what a part receipt left open.

    It must be of the same supplier and outlet, have appeared after one of the family was
    RECEIVED, and hold nothing beyond what is still to come.
    """
    received = [view for view in family.members if view.known_status is C.RECEIVED]
    if not received or not candidate.lines:
        return False
    # What an older lsync recorded has no outlet: then only one that was just read is compared.
    parties = {(view.supplier_id, view.outlet_id) for view in family.members if view.outlet_id}
    if (candidate.supplier_id, candidate.outlet_id) not in parties:
        return False
    if candidate.version <= min(view.version for view in received):
        return False
    rest = remainder(lines, family)
    return all(line.count <= rest.get(line.product_id, NOTHING) for line in candidate.lines)


def continues(candidate: ConsignmentView, parent: ConsignmentView) -> bool:
    """Whether a consignment, whatever its reference, carries just what its parent came without.

    Nobody says which reference a split-off has. One of another reference is only believed if it
    is of the same supplier and outlet, came after, and holds the rest exactly.
    """
    rest = rest_of(parent)
    carried = {it.product_id: it.count for it in candidate.lines if it.count}
    return bool(rest) and rest == carried and may_continue(candidate, parent)


def may_continue(candidate: ConsignmentView, parent: ConsignmentView) -> bool:
    """Whether it is of the parent's supplier and outlet, and was made after it was received.

    A consignment that was only changed since is older than the receipt, and not split off by it.
    """
    parties = (candidate.supplier_id, candidate.outlet_id)
    if parties != (parent.supplier_id, parent.outlet_id) or candidate.version <= parent.version:
        return False
    made, finished = candidate.created_at, parent.received_at
    return made is None or finished is None or made >= finished - ONE_RECEIPT


def rest_of(view: ConsignmentView) -> dict[str, Decimal]:
    """Return how much of each product a consignment came without, if anything."""
    return {
        line.product_id: line.count - (line.received or NOTHING)
        for line in view.lines
        if line.count > (line.received or NOTHING)
    }


def unanswered(family: Family) -> tuple[ConsignmentView, ...]:
    """Return the received members that came short and that no later member takes up again.

    A split-off that was cancelled is an answer, too: somebody decided against the rest.
    """
    members = family.members
    found = []
    for place, view in enumerate(members, start=1):
        rest = rest_of(view)
        later = {line.product_id for it in members[place:] for line in it.lines}
        if view.known_status is C.RECEIVED and rest and later.isdisjoint(rest):
            found.append(view)
    return tuple(found)


def remainder(lines: Sequence[ResolvedLine], family: Family) -> dict[str, Decimal]:
    """Return how much of each product no consignment of the family has delivered or announces."""
    rest = {line.product_id: line.quantity for line in lines}
    for view in family.members:
        if view.known_status is C.CANCELLED:
            continue
        done = view.known_status is C.RECEIVED
        for line in view.lines:
            covered = (line.received or NOTHING) if done else line.count
            rest[line.product_id] = rest.get(line.product_id, NOTHING) - covered
    return rest
