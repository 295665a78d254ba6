"""What a sync of one order would do, step by step, and the calls it would cost. Pure."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from shlex import quote

from lsync.core.domain.consignment import FROZEN
from lsync.core.domain.drift import DriftKind, compare
from lsync.core.domain.family import Family
from lsync.core.domain.order import OrderState, PurchaseOrder
from lsync.core.domain.preflight import Preflight
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.problem import Problem
from lsync.core.domain.push import Push, Step
from lsync.core.domain.push.dialogue import AddLines
from lsync.core.domain.push.lines import BULK_LINES, remedy

PAGE_LINES = 1000
"""Lines a page may be expected to hold; Lightspeed names no maximum for consignments."""

S = OrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One step: a name, a sentence, the calls it costs at most."""

    step: str
    description: str
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``action`` is none, blocked, create, resume, update or pull.

    ``state_hash`` names everything the plan was made from; it changes when any of it does.
    ``catalogue_calls`` come first, for products that the local catalogue does not know.
    """

    order_number: str
    action: str
    steps: tuple[Planned, ...]
    problems: tuple[Problem, ...]
    state_hash: str
    catalogue_calls: int = 0

    @property
    def calls(self) -> int:
        """Calls of all steps together, without those for the catalogue."""
        return sum(step.calls for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What lsync knows of an order before it asks anybody.

    ``written``: Lightspeed was shown to hold this revision.
    """

    order: PurchaseOrder
    checked: Preflight
    push: Push | None = None
    family: Family | None = None
    written: bool = False
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
    if known.push is None or known.push.step is Step.ARMED:
        return "create", _create(resolved.lines, known)
    if known.push.step is Step.DONE:
        return "update", _update(resolved.lines, known)
    return "resume", _resume(resolved.lines, known)


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


def chunks(lines: int) -> int:
    """Return how many bulk calls so many lines take."""
    return ceil(lines / BULK_LINES)


def _fill(lines: Sequence[ResolvedLine]) -> list[Planned]:
    description = f"Add {len(lines)} lines in bulk"
    return [Planned(step="lines", description=description, calls=chunks(len(lines)))]


def _verify_and_send(lines: Sequence[ResolvedLine], known: Known) -> list[Planned]:
    pages = max(1, ceil(len(lines) / PAGE_LINES))
    verify = Planned(step="verify", description="Read the lines back; equal, or stop", calls=pages)
    send = Planned(step="send", description="Set the status to SENT", calls=1)
    return [verify, send] if known.auto_send else [verify]


def _resume(lines: Sequence[ResolvedLine], known: Known) -> list[Planned]:
    """Steps of an interrupted push; what has been done already will cost less."""
    step = known.push.step if known.push else Step.CREATING
    steps = []
    if step is Step.CREATING:
        steps.append(
            Planned(
                step="look",
                description="Look for the consignment that may have been created; "
                "create it only when it is not there after the quiet period",
                calls=2,
            )
        )
    steps.append(_read_back(lines))
    if step in {Step.CREATING, Step.CREATED, Step.FILLING, Step.FILLED}:
        steps += _fill(lines)
    return [*steps, *_verify_and_send(lines, known)]


def _read_back(lines: Sequence[ResolvedLine]) -> Planned:
    pages = max(1, ceil(len(lines) / PAGE_LINES))
    return Planned(step="read", description="Read the consignment and its lines", calls=1 + pages)


def _update(lines: Sequence[ResolvedLine], known: Known) -> list[Planned]:
    """A changed revision of an order that Lightspeed has: only what differs is written."""
    steps = [_read_back(lines)]
    held = known.family.primary.lines if known.family else ()
    drifts = [it for it in compare(lines, held) if it.kind is not DriftKind.EXTRA]
    if not drifts:
        return steps
    write = remedy(drifts)
    count = len(write.lines)
    if isinstance(write, AddLines):
        steps += _fill([*write.lines, *write.rest])
    else:
        description = f"Set {count} changed lines to what was ordered"
        steps.append(Planned(step="lines", description=description, calls=count))
    steps.append(Planned(step="verify", description="Read the lines back; equal, or stop", calls=1))
    return steps


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
        "there": [[view.consignment_id, view.status, view.version] for view in views],
        "rules": [known.written, known.auto_send],
    }
    text = json.dumps(facts, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
