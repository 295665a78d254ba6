"""Questions that wait for a person, and the answers to them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from lsync.core.control.messages.base import Amount, Message
from lsync.core.domain.decision import DecisionKind, DecisionState


class DecisionMessage(Message):
    """One question. ``ours`` is the value here, ``theirs`` what accepting takes over.

    ``consequence`` says what accepting does. ``source`` is the consignment, invoice or file that
    raised it.
    """

    id: int
    kind: DecisionKind
    state: DecisionState
    question: str
    consequence: str
    order_number: str | None = None
    line_no: int | None = None
    product_id: str | None = None
    ours: Amount | None = None
    theirs: Amount | None = None
    source: str | None = None
    detail: dict[str, Any] = Field(default_factory=dict)
    raised_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    note: str | None = None


class AnswerRequest(Message):
    """``POST /v1/decisions``: the same answer to each of the questions."""

    ids: tuple[int, ...] = Field(min_length=1, max_length=1000)
    answer: Literal["accept", "reject"]
    note: str | None = Field(default=None, max_length=2000)


class AnsweredDecision(Message):
    """What became of one answer. ``message`` says why it was not ``done``."""

    id: int
    done: bool
    message: str = ""
    decision: DecisionMessage | None = None
