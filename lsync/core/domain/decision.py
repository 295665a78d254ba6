"""What waits for a person: a question, its two answers, and who gave one. Carries nothing out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from lsync.core.domain.drift import REPAIR
from lsync.core.domain.problem import Problem, ProblemCode


class DecisionKind(StrEnum):
    """What is asked. The values are part of the JSON output."""

    COST = "cost"
    QUANTITY = "quantity"
    LINE_ADDED = "line_added"
    LINE_REMOVED = "line_removed"
    RECEIPT = "receipt"
    INVOICE = "invoice"
    STOCK = "stock"


class DecisionState(StrEnum):
    """What has become of a question. ``lapsed``: what it asked about is no longer so."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LAPSED = "lapsed"


S = DecisionState

TRANSITIONS: dict[DecisionState, frozenset[DecisionState]] = {
    S.OPEN: frozenset({S.ACCEPTED, S.REJECTED, S.LAPSED}),
    S.ACCEPTED: frozenset(),
    S.REJECTED: frozenset({S.ACCEPTED, S.LAPSED}),
    S.LAPSED: frozenset(),
}
"""A rejection may be thought over as long as the difference is still there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One question.

    ``ground`` names what it is about; of one ground there is one question at a time, however
    often the difference is seen. ``ours`` is the value here, ``theirs`` the one that accepting
    takes over. ``consequence`` says what accepting does, for people.
    """

    kind: DecisionKind
    question: str
    consequence: str
    ground: str
    raised_at: datetime
    ours: Decimal | None = None
    theirs: Decimal | None = None
    order_id: int | None = None
    order_number: str | None = None
    line_no: int | None = None
    product_id: str | None = None
    source: str | None = None
    detail: Mapping[str, object] = field(default_factory=dict)
    state: DecisionState = DecisionState.OPEN
    decided_at: datetime | None = None
    decided_by: str | None = None
    note: str | None = None
    id: int | None = None


_ASKED_BY: dict[ProblemCode, DecisionKind] = {
    ProblemCode.COST_DIFFERS: DecisionKind.COST,
    ProblemCode.QUANTITY_DIFFERS: DecisionKind.QUANTITY,
    ProblemCode.QUANTITY_DOUBLED: DecisionKind.QUANTITY,
    ProblemCode.LINE_MISSING: DecisionKind.LINE_REMOVED,
    ProblemCode.LINE_EXTRA: DecisionKind.LINE_ADDED,
}


def with_answers(problems: Iterable[Problem], asked: Iterable[Decision]) -> tuple[Problem, ...]:
    """Return the problems, each that is asked about with the commands that answer it."""
    standing = list(asked)
    return tuple(_with_answer(problem, standing) for problem in problems)


def _with_answer(problem: Problem, asked: Sequence[Decision]) -> Problem:
    kind = _ASKED_BY.get(problem.code)
    about = [it for it in asked if it.kind is kind and it.line_no == problem.line_no]
    if not about:
        return problem
    if len(about) > 1:
        return replace(problem, fix="Answer it: `lsync decide list` shows what is open")
    (decision,) = about
    if decision.state is DecisionState.REJECTED:
        fix = (
            f"{decision.decided_by} rejected it: bring Lightspeed back to the order "
            f"(`lsync sync repair`), or take it over after all: "
            f"`lsync decide accept {decision.id}`"
        )
        return replace(problem, fix=fix)
    back = "`lsync sync repair` sets Lightspeed back to the order, " * (problem.fix == REPAIR)
    fix = (
        f"`lsync decide accept {decision.id}` takes it over, {back}"
        f"`lsync decide reject {decision.id}` leaves both as they are"
    )
    return replace(problem, fix=fix)
