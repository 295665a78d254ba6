"""Settling a create that may have happened: look, rest, look again, and only then create. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from lsync.core.domain.consignment import ConsignmentStatus
from lsync.core.domain.problem import Problem, ProblemCode, Severity
from lsync.core.domain.push.dialogue import Adopt, Candidate, Create, LookForCreate, Rest
from lsync.core.domain.push.recovery import Push, Step
from lsync.core.domain.push.situation import Decision, Situation, quiet_until, uncertain


def resume(push: Push, situation: Situation) -> Decision:
    """Go on from a create whose outcome nobody wrote down."""
    unsure = uncertain(push, now=situation.now)
    until = quiet_until(unsure, situation)
    if unsure.looks and situation.may_create and situation.now < until:
        return Decision(push=unsure, action=_rest(until))
    return look(unsure)


def lose(push: Push, situation: Situation) -> Decision:
    """Go on after a create whose answer was lost a moment ago."""
    return look(replace(push, uncertain_since=situation.now, looks=0))


def look(push: Push) -> Decision:
    """Look for what the create may have made."""
    return Decision(push=push, action=LookForCreate(after=push.watermark, reference=push.reference))


def settle(push: Push, candidates: Sequence[Candidate], situation: Situation) -> Decision:
    """Adopt what was found; create anew only when nothing is there after the quiet period."""
    if candidates:
        return Decision(push=push, action=choose(candidates))
    unsure = uncertain(push, now=situation.now)
    looked = replace(unsure, looks=push.looks + 1)
    until = quiet_until(looked, situation)
    if situation.now < until or not situation.may_create:
        return Decision(push=looked, action=_rest(max(until, situation.now)))
    return Decision(push=push.at(Step.ARMED), action=Create())


def _rest(until: datetime) -> Rest:
    at = f"{until.astimezone(UTC):%H:%M:%S} UTC"
    problem = Problem(
        code=ProblemCode.UNCERTAIN_CREATE,
        message="Lightspeed did not confirm the new consignment and does not list it yet",
        fix=f"Nothing to do: lsync looks again at {at} and creates it only if it is not there",
        severity=Severity.WARNING,
    )
    return Rest(
        until=until,
        reason=f"the create was not confirmed; it may still happen, looking again at {at}",
        problems=(problem,),
    )


_ADVANCE = (
    ConsignmentStatus.CANCELLED,
    ConsignmentStatus.OPEN,
    ConsignmentStatus.SENT,
    ConsignmentStatus.DISPATCHED,
    ConsignmentStatus.RECEIVED,
)


def choose(candidates: Sequence[Candidate]) -> Adopt:
    """Return which of several consignments of one reference to keep.

    The most advanced wins (received, dispatched, sent, then one with lines), then the earliest
    created. Of the others, those known to be empty and OPEN may be deleted.
    """
    ranked = sorted(candidates, key=_rank)
    chosen, *others = ranked
    surplus = [it.consignment for it in others if _is_empty_and_open(it)]
    return Adopt(
        chosen=chosen.consignment,
        surplus=tuple(surplus),
        others=tuple(it.consignment for it in others if it.consignment not in surplus),
    )


def _rank(candidate: Candidate) -> tuple[int, bool, datetime, str]:
    consignment = candidate.consignment
    status = consignment.known_status
    advance = _ADVANCE.index(status) if status else -1
    born = consignment.created_at or datetime.max.replace(tzinfo=UTC)
    return -advance, not candidate.has_lines, born, consignment.consignment_id


def _is_empty_and_open(candidate: Candidate) -> bool:
    status = candidate.consignment.known_status
    return candidate.has_lines is False and status is ConsignmentStatus.OPEN
