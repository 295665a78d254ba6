"""Questions that wait for a person, as tables."""

from decimal import Decimal
from typing import TYPE_CHECKING

from lsync.cli.moments import local
from lsync.cli.table import Column, Styled
from lsync.cli.wording import money, quantity
from lsync.core.domain.decision import DecisionKind

if TYPE_CHECKING:
    from lsync.core.control.messages import AnsweredDecision, DecisionMessage

MARKS = {
    "open": ("?", "yellow"),
    "accepted": ("✓", "green"),
    "rejected": ("✗", "dim"),
    "lapsed": ("-", "dim"),
}


def _state(each: "DecisionMessage") -> Styled:
    mark, style = MARKS[each.state]
    by = f" by {each.decided_by}" if each.decided_by else ""
    return Styled(text=f"{mark} {each.state}{by}", style=style)


def _value(each: "DecisionMessage", value: Decimal | None) -> str:
    shown = money if each.kind in {DecisionKind.COST, DecisionKind.INVOICE} else quantity
    return shown(value)


def _result(each: "AnsweredDecision") -> Styled:
    if each.decision is None:
        return Styled(text="✗ refused", style="bold red")
    return _state(each.decision)


def _remark(each: "AnsweredDecision") -> str:
    return each.message if each.decision is None else each.decision.question


DECISION_COLUMNS: "tuple[Column[DecisionMessage], ...]" = (
    Column(title="Id", cell=lambda each: str(each.id), right=True),
    Column(title="Kind", cell=lambda each: each.kind.replace("_", " "), rank=3),
    Column(title="Order", cell=lambda each: each.order_number or ""),
    Column(title="State", cell=_state, rank=4),
    Column(title="Here", cell=lambda each: _value(each, each.ours), rank=1, right=True),
    Column(title="There", cell=lambda each: _value(each, each.theirs), rank=1, right=True),
    Column(title="Question", cell=lambda each: each.question, elastic=True, fold=True),
    Column(
        title="If accepted", cell=lambda each: each.consequence, rank=2, elastic=True, fold=True
    ),
    Column(title="Since", cell=lambda each: local(each.raised_at), rank=5),
)

ANSWER_COLUMNS: "tuple[Column[AnsweredDecision], ...]" = (
    Column(title="Id", cell=lambda each: str(each.id), right=True),
    Column(title="Result", cell=_result),
    Column(title="Remark", cell=_remark, elastic=True, fold=True),
)
