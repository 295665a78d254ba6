"""Judging what a consignment holds: fill, send, finish or stop. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from lsync.core.domain.consignment import ConsignmentStatus, ConsignmentView
from lsync.core.domain.drift import DriftKind, LineDrift, compare, problem_of
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.problem import Severity
from lsync.core.domain.push.dialogue import (
    AddLines,
    Finish,
    LineWrite,
    ReadBack,
    RemoveLines,
    Rest,
    Retreat,
    Send,
    SetHeader,
    SetLines,
    Stop,
)
from lsync.core.domain.push.recovery import Push, Step
from lsync.core.domain.push.situation import Decision, Situation, quiet_until
from lsync.core.domain.push.whose import to_write
from lsync.core.domain.remote_problem import consignment_missing, unknown_status

BULK_LINES = 500
"""Lines per bulk call; more are "not recommended" (X-Series 2026-07, bulk operation)."""

FEW_LINES = 10
"""Up to so many lines are set one by one, which is safe to repeat; more go in bulk."""

MOST_READS = 4
"""Read-backs in one run before a difference that will not go away stops it."""

MOST_SENDS = 2

TAKE_OUT = (
    "Take the line out at Lightspeed or add it to the order (lsync po edit), then retry the sync"
)

C = ConsignmentStatus
_SENT = frozenset({C.SENT, C.DISPATCHED, C.RECEIVED})
_EDITABLE = frozenset({C.OPEN, C.SENT})


def add(lines: Sequence[ResolvedLine]) -> AddLines:
    """Return the bulk call for as many lines as one may carry; the others follow it."""
    return AddLines(lines=tuple(lines[:BULK_LINES]), rest=tuple(lines[BULK_LINES:]))


def judge(
    push: Push, consignment: ConsignmentView, *, action: ReadBack, situation: Situation
) -> Decision:
    """Decide on what was read back."""
    status = consignment.known_status
    if status is None:
        return Decision(push=push, action=Stop(problems=(unknown_status(consignment.status),)))
    if status is C.CANCELLED:
        return _differs(push, consignment)
    drifts = compare(situation.wanted, consignment.lines)
    if not drifts:
        return _equal(push, consignment, situation)
    if _may_still_land(push, drifts, action=action, situation=situation):
        return Decision(push=push, action=_rest(quiet_until(push, situation)))
    if situation.unwritten and status in _EDITABLE:
        return _send_edits(push, consignment, drifts, situation)
    return _differs(push, consignment)


def _send_edits(
    push: Push,
    consignment: ConsignmentView,
    drifts: Sequence[LineDrift],
    situation: Situation,
) -> Decision:
    """Write what the order changed; what else differs was changed at Lightspeed and stays so."""
    edits = to_write(drifts, situation)
    if edits:
        return _write_difference(push.at(Step.FILLED), edits, situation)
    if _needs_header(consignment, situation):
        return Decision(push=push.at(Step.FILLED), action=SetHeader())
    sent = consignment.known_status in _SENT
    return Decision(
        push=push.at(Step.DONE if sent else Step.VERIFIED), action=Finish(consignment=consignment)
    )


def _differs(push: Push, consignment: ConsignmentView) -> Decision:
    """What cannot or must not be written is recorded as it is; the assessment names it."""
    return Decision(push=push.at(Step.DONE), action=Finish(consignment=consignment, equal=False))


def _needs_header(consignment: ConsignmentView, situation: Situation) -> bool:
    """Whether a changed header has to go out. Once a run: Lightspeed may write it its own way."""
    if situation.header is None or situation.headers or not situation.unwritten:
        return False
    editable = consignment.known_status in _EDITABLE
    return editable and not situation.header.is_on(consignment)


def _comes_too_late(consignment: ConsignmentView, situation: Situation) -> bool:
    """Whether a changed header cannot go out any more."""
    if situation.header is None or not situation.unwritten:
        return False
    return consignment.known_status not in _EDITABLE and not situation.header.is_on(consignment)


def _equal(push: Push, consignment: ConsignmentView, situation: Situation) -> Decision:
    if _comes_too_late(consignment, situation):
        return _differs(push, consignment)
    if _needs_header(consignment, situation):
        return Decision(push=push.at(Step.FILLED), action=SetHeader())
    finish = Finish(consignment=consignment)
    if consignment.known_status in _SENT:
        return Decision(push=push.at(Step.DONE), action=finish)
    verified = push.at(Step.VERIFIED)
    if not situation.auto_send:
        return Decision(push=verified, action=finish)
    if situation.sends >= MOST_SENDS:
        return Decision(push=verified, action=_STAYS_OPEN)
    return Decision(push=verified, action=Send())


def confirm_send(push: Push, consignment: ConsignmentView, situation: Situation) -> Decision:
    """Believe a send only if its answer shows the status."""
    if consignment.known_status in _SENT:
        return Decision(push=push.at(Step.DONE), action=Finish(consignment=consignment))
    return send_unconfirmed(push, situation)


def send_unconfirmed(push: Push, situation: Situation) -> Decision:
    """Look whether the send happened. Sending again changes nothing, so nobody has to rest."""
    if situation.sends >= MOST_SENDS:
        return Decision(push=push, action=_STAYS_OPEN)
    return Decision(push=push, action=ReadBack(whole=True))


_STAYS_OPEN = Retreat(reason="Lightspeed does not confirm that the order was sent")


def gone(push: Push) -> Decision:
    """The consignment was deleted: creating another is a person's decision."""
    return Decision(push=push, action=Stop(problems=(consignment_missing(push.consignment_id),)))


def _may_still_land(
    push: Push, drifts: Sequence[LineDrift], *, action: ReadBack, situation: Situation
) -> bool:
    """Whether an unconfirmed write of lines is not visible yet and still could happen."""
    if push.uncertain_since is None or situation.now >= quiet_until(push, situation):
        return False
    differing = {drift.product_id for drift in drifts}
    landed = action.awaited and action.awaited.isdisjoint(differing)
    return not landed


def _rest(until: datetime) -> Rest:
    at = f"{until.astimezone(UTC):%H:%M:%S} UTC"
    return Rest(
        until=until,
        reason=f"Lightspeed did not confirm the lines; they may still come, reading again at {at}",
    )


def _write_difference(push: Push, drifts: Sequence[LineDrift], situation: Situation) -> Decision:
    """Write what differs, unless somebody else added lines or writing does not help."""
    extra = [drift for drift in drifts if drift.kind is DriftKind.EXTRA]
    foreign = [drift for drift in extra if not _is_ours(drift, situation)]
    if foreign or situation.reads >= MOST_READS:
        blamed = foreign or drifts
        problems = tuple(problem_of(drift, severity=Severity.BLOCKING) for drift in blamed)
        if foreign:
            problems = tuple(replace(each, fix=TAKE_OUT) for each in problems)
        return Decision(push=push, action=Stop(problems=problems))
    if extra:
        surplus = tuple(drift.product_id for drift in extra)
        return Decision(push=push, action=RemoveLines(product_ids=surplus))
    return Decision(push=push, action=remedy(drifts))


def _is_ours(drift: LineDrift, situation: Situation) -> bool:
    """Whether lsync wrote the line and nothing was received on it."""
    received = drift.there.received if drift.there else None
    return drift.product_id in situation.ours and not received


def touched(write: LineWrite) -> frozenset[str]:
    """Return the products whose lines a write changes."""
    match write:
        case AddLines(lines=lines) | SetLines(lines=lines):
            return frozenset(line.product_id for line in lines)
        case RemoveLines(product_ids=product_ids):
            return frozenset(product_ids)
        case SetHeader():
            return frozenset()


def remedy(drifts: Sequence[LineDrift]) -> AddLines | SetLines:
    """Return the next write that brings a consignment's lines nearer to the order.

    Lines that are missing can only be added. Others are set to the ordered values, unless there
    are many and all lack something: then the bulk call adds what each lacks.
    """
    ordered = {drift.product_id: drift for drift in drifts if drift.wanted}.values()
    missing = [drift for drift in ordered if drift.kind is DriftKind.MISSING]
    present = [drift for drift in ordered if drift.kind is not DriftKind.MISSING]
    if len(present) > FEW_LINES and all(drift.lacking > 0 for drift in present):
        return add([*map(_lacking, ordered)])
    if missing:
        return add([*map(_lacking, missing)])
    return SetLines(lines=tuple(drift.wanted for drift in present if drift.wanted))


def _lacking(drift: LineDrift) -> ResolvedLine:
    if drift.wanted is None:
        raise ValueError("a product that was not ordered lacks nothing")
    return replace(drift.wanted, quantity=drift.lacking)
