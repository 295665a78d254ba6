"""Problems of a consignment as a whole, in words: what was found, and what is safe to do."""

from collections.abc import Sequence

from lsync.core.domain.problem import Problem, ProblemCode, Severity
from lsync.core.domain.sanitise import visible


def unknown_status(status: str) -> Problem:
    """Return the problem of a status lsync does not know; it changes nothing."""
    return Problem(
        code=ProblemCode.UNKNOWN_STATUS,
        message=f"The consignment has the status {visible(status)}, which lsync cannot judge",
        fix="Look at the consignment in Lightspeed; nothing was changed",
        severity=Severity.DRIFT,
    )


def cancelled_remotely() -> Problem:
    """Return the problem of a consignment that somebody cancelled in Lightspeed."""
    return Problem(
        code=ProblemCode.CANCELLED_REMOTELY,
        message="The consignment was cancelled in Lightspeed",
        fix="If that was a mistake, order again under a new number; if it was meant, "
        "`lsync sync po` settles it",
        severity=Severity.DRIFT,
    )


def not_cancelled_remotely(status: str) -> Problem:
    """Return the problem of an order cancelled here whose consignment lives on."""
    return Problem(
        code=ProblemCode.FLIPPED_BACK,
        message=f"The order is cancelled here, its consignment is {visible(status)} in Lightspeed",
        fix="Cancel the consignment in Lightspeed, or order the goods again under a new number",
        severity=Severity.DRIFT,
    )


def consignment_missing(consignment_id: str | None) -> Problem:
    """Return the problem of a consignment that Lightspeed no longer has."""
    return Problem(
        code=ProblemCode.CONSIGNMENT_MISSING,
        message=f"Lightspeed no longer has the consignment {visible(consignment_id or '')}",
        fix="Find out who deleted it; then `lsync sync repair` pushes an order anew that was not "
        "received, and `lsync po cancel` gives it up",
        severity=Severity.DRIFT,
    )


def duplicate_consignment(consignment_id: str, *, status: str, deleted: bool) -> Problem:
    """Return the problem of a further consignment with the order's reference."""
    found = f"consignment {visible(consignment_id)} ({visible(status)})"
    if deleted:
        return Problem(
            code=ProblemCode.DUPLICATE_CONSIGNMENT,
            message=f"A second {found} was empty and has been deleted",
            fix="Nothing to do",
            severity=Severity.WARNING,
        )
    return Problem(
        code=ProblemCode.DUPLICATE_CONSIGNMENT,
        message=f"A second {found} carries this order's number",
        fix="Compare both (lsync sync diff), then repair the order or cancel the wrong one",
        severity=Severity.DRIFT,
    )


def orphan_consignment(consignment_id: str, *, status: str) -> Problem:
    """Return the problem of a consignment with the order's reference that is on no record."""
    name, shown = visible(consignment_id), visible(status)
    return Problem(
        code=ProblemCode.ORPHAN_CONSIGNMENT,
        message=f"Consignment {name} ({shown}) carries this order's number; lsync did not know it",
        fix="Repair the order: it is adopted if it belongs here, cancelled if it is one too many",
        severity=Severity.DRIFT,
    )


def possible_split_off(
    consignment_id: str, *, reference: str | None, rivals: Sequence[str], others: Sequence[str]
) -> Problem:
    """Return the problem of a consignment that may be the rest of the order, but need not.

    ``rivals`` are consignments that hold the same, ``others`` orders that came without the same.
    """
    name = f"Consignment {visible(consignment_id)} ({visible(reference or 'no reference')})"
    reasons = [f"consignment {visible(it)} holds the same" for it in rivals]
    reasons += [f"order {visible(it)} lacks the same" for it in others]
    return Problem(
        code=ProblemCode.POSSIBLE_SPLIT_OFF,
        message=f"{name} holds just what is short, but {' and '.join(reasons)}",
        fix="If it belongs to this order, give it the order's number as its reference in "
        "Lightspeed; until then it is counted nowhere. If not, `lsync sync po` ends this warning",
        severity=Severity.WARNING,
    )


def not_editable(status: str) -> Problem:
    """Return the problem of a change that comes too late."""
    return Problem(
        code=ProblemCode.NOT_EDITABLE,
        message=f"Lightspeed takes no more changes: the consignment is {visible(status)}",
        fix="Settle the difference when the goods are received, or order it separately",
        severity=Severity.DRIFT,
    )


def not_approved_here(status: str) -> Problem:
    """Return the problem of a consignment whose order nobody has approved."""
    return Problem(
        code=ProblemCode.FLIPPED_BACK,
        message=f"Nobody approved the order here, but its consignment is {visible(status)}",
        fix="Approve the order: it then follows its consignment, and nothing is created",
        severity=Severity.DRIFT,
    )


def more_to_come(*, was: str, now: str) -> Problem:
    """Return the problem of a split-off that showed when the order was received already."""
    return Problem(
        code=ProblemCode.FLIPPED_BACK,
        message=f"The order is {visible(was)}, but the rest of it is {visible(now)} in Lightspeed",
        fix="Receive the rest when it comes, or cancel it in Lightspeed; either settles it here",
        severity=Severity.DRIFT,
    )


def flipped_back(*, was: str, now: str) -> Problem:
    """Return the problem of a status that went backwards; the order keeps its state."""
    return Problem(
        code=ProblemCode.FLIPPED_BACK,
        message=f"The order is {visible(was)}, but its consignment is {visible(now)} in Lightspeed",
        fix="Receive nothing on it again: what came is counted. Ask the shop who reopened it; "
        "the order keeps its state here",
        severity=Severity.DRIFT,
    )
