"""What a sync of one order would do, step by step, and the calls it would cost. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from shlex import quote

from lsync.core.domain.consignment import (
    FROZEN,
    ConsignmentLineView,
    ConsignmentStatus,
    ConsignmentView,
)
from lsync.core.domain.family import Family
from lsync.core.domain.order import OrderState, PurchaseOrder
from lsync.core.domain.planned import Planned, chunks, pages
from lsync.core.domain.preflight import Preflight, ResolvedOrder
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.problem import Problem
from lsync.core.domain.push import Header, Push, Step
from lsync.core.domain.reference import reference_of
from lsync.core.domain.rehearsal import Believed, rehearse
from lsync.core.domain.remote_change import WrittenLine

S = OrderState
_BELIEVED = frozenset({"adopt", "resume", "update"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``action`` is none, blocked, create, adopt, resume, update or pull.

    ``at_most``: what was interrupted, or changed at Lightspeed since, may leave less to do.
    ``state_hash`` names everything the plan was made from; it changes when any of it does.
    ``catalogue_calls`` come first, for products that the local catalogue does not know.
    """

    order_number: str
    action: str
    steps: tuple[Planned, ...]
    problems: tuple[Problem, ...]
    state_hash: str
    catalogue_calls: int = 0
    at_most: bool = False

    @property
    def calls(self) -> int:
        """Calls of all steps together, without those for the catalogue."""
        return sum(step.calls for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What lsync knows of an order before it asks anybody.

    ``written``: Lightspeed was shown to hold this revision; ``written_before``: this one or an
    earlier one; ``ours`` are the lines it was given. ``found`` carry the order's reference and
    are nobody's, while its push never began.
    """

    order: PurchaseOrder
    checked: Preflight
    push: Push | None = None
    family: Family | None = None
    found: tuple[ConsignmentView, ...] = ()
    ours: Mapping[str, WrittenLine] = field(default_factory=dict)
    written: bool = False
    written_before: bool = False
    auto_send: bool = True
    catalogue_calls: int = 0


def plan(known: Known) -> Plan:
    """Return what a sync of the order would do now.

    For an order that a person has to let go first, that comes as the first step.
    """
    action, steps = _steps(known)
    return Plan(
        order_number=known.order.order_number,
        action=action,
        steps=tuple(steps),
        problems=known.checked.problems,
        state_hash=state_hash(known),
        catalogue_calls=known.catalogue_calls if action not in {"none", "pull"} else 0,
        at_most=action in _BELIEVED,
    )


def _steps(known: Known) -> tuple[str, list[Planned]]:
    if known.order.state is S.CANCELLED:
        return "none", [_nothing("The order is cancelled")]
    action, steps = _of_sync(known)
    return action, [*_first(known.order), *steps]


def _of_sync(known: Known) -> tuple[str, list[Planned]]:
    if _is_there(known):
        return "pull", _pull(known)
    resolved = known.checked.resolved
    if resolved is None:
        count = len(known.checked.blocking)
        return "blocked", [_nothing(f"Nothing is written: problems to solve first: {count}")]
    if known.push is None and known.found:
        return "adopt", _adopt(resolved, known)
    if known.push is None or known.push.step is Step.ARMED:
        return "create", _create(resolved.lines, known)
    action = "update" if known.push.step is Step.DONE else "resume"
    return action, _go_on(known.push, resolved, known)


def _first(order: PurchaseOrder) -> list[Planned]:
    """What a person does before any sync of the order."""
    number = order.order_number
    found = []
    if order.state in {S.DRAFT, S.PENDING_APPROVAL}:
        told = f"The order is not approved: `lsync po approve {quote(number)}`"
        found.append(Planned(step="approve", description=told, calls=0))
    if order.held:
        told = f"The order is on hold: `lsync po release {quote(number)}`"
        found.append(Planned(step="release", description=told, calls=0))
    return found


def _is_there(known: Known) -> bool:
    if known.push is None:
        return known.order.consignment_id is not None
    return known.push.step is Step.DONE and known.written


def _nothing(description: str) -> Planned:
    return Planned(step="none", description=description, calls=0)


def _create(lines: Sequence[ResolvedLine], known: Known) -> list[Planned]:
    create = Planned(
        step="create", description="Create the empty consignment, status OPEN", calls=1
    )
    return [create, *_fill(lines), *_verify_and_send(lines, known)]


def _fill(lines: Sequence[ResolvedLine]) -> list[Planned]:
    description = f"Add {len(lines)} lines in bulk"
    return [Planned(step="lines", description=description, calls=chunks(len(lines)))]


def _verify_and_send(lines: Sequence[ResolvedLine], known: Known) -> list[Planned]:
    told = "Read the lines back; equal, or stop"
    verify = Planned(step="verify", description=told, calls=pages(len(lines)))
    send = Planned(step="send", description="Set the status to SENT", calls=1)
    return [verify, send] if known.auto_send else [verify]


def _adopt(resolved: ResolvedOrder, known: Known) -> list[Planned]:
    """The push looks for a consignment that carries its reference before it creates one."""
    number = known.order.order_number
    push = Push(
        order_id=known.order.id or 0,
        reference=reference_of(number),
        revision=known.order.revision,
        watermark=0,
        step=Step.CREATING,
    )
    return rehearse(push, _believed(resolved, known, there=known.found))


def _go_on(push: Push, resolved: ResolvedOrder, known: Known) -> list[Planned]:
    """Steps of an interrupted push, or of a changed revision: only what differs is written."""
    believed = _believed(resolved, known, there=_there(push, resolved, known))
    if push.revision == known.order.revision:
        return rehearse(push, believed)
    header = Header(
        supplier_id=resolved.supplier_id,
        outlet_id=resolved.outlet_id,
        due_at=resolved.due_at,
        supplier_invoice=known.order.supplier_invoice,
    )
    return rehearse(push, replace(believed, header=header))


def _there(push: Push, resolved: ResolvedOrder, known: Known) -> tuple[ConsignmentView, ...]:
    """Return the push's consignment as last seen; one that was verified is as ordered."""
    if known.family is not None:
        return (known.family.primary,)
    if push.step not in {Step.VERIFIED, Step.SENDING, Step.DONE}:
        return ()
    lines = [
        ConsignmentLineView(product_id=it.product_id, count=it.quantity, cost=it.unit_cost)
        for it in resolved.lines
    ]
    status = ConsignmentStatus.SENT if push.step is Step.DONE else ConsignmentStatus.OPEN
    there = ConsignmentView(
        consignment_id=push.consignment_id or "", status=status.value, version=0, lines=tuple(lines)
    )
    return (there,)


def _believed(
    resolved: ResolvedOrder, known: Known, *, there: tuple[ConsignmentView, ...]
) -> Believed:
    return Believed(
        there=there,
        wanted=resolved.lines,
        ours=frozenset(known.ours),
        base=known.ours if known.written_before else None,
        unwritten=not known.written,
        auto_send=known.auto_send,
    )


def _pull(known: Known) -> list[Planned]:
    members = known.family.members if known.family else ()
    alive = [view for view in members if view.known_status not in FROZEN]
    count = max(len(alive), 1)
    what = "consignment" if count == 1 else f"{count} consignments"
    return [
        Planned(
            step="pull",
            description=f"Lightspeed has the order: read its {what} and compare",
            calls=2 * count,
        )
    ]


def state_hash(known: Known) -> str:
    """Return a short name for everything a plan depends on."""
    order, push, family = known.order, known.push, known.family
    views = (*family.members, *family.duplicates) if family else ()
    facts = {
        "order": [order.order_number, order.state, order.held, order.revision],
        "document": [order.supplier, order.outlet, order.due_date, order.supplier_invoice],
        "lines": [
            [line.line_no, line.sku, line.product_id, line.quantity, line.unit_cost]
            for line in order.lines
        ],
        "problems": [[it.code, it.line_no] for it in known.checked.problems],
        "push": [push.reference, push.step, push.looks, push.consignment_id] if push else None,
        "there": [
            [view.consignment_id, view.status, view.version] for view in (*views, *known.found)
        ],
        "rules": [known.written, known.auto_send],
    }
    text = json.dumps(facts, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
