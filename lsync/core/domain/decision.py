"""What waits for a person: a question, its two answers, and who gave one. Carries nothing out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class DecisionKind(StrEnum):
    """What is asked. The values are part of the JSON output."""

    COST = "cost"
    QUANTITY = "quantity"
    LINE_ADDED = "line_added"
    LINE_REMOVED = "line_removed"
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
