"""Whose a difference is when an edited order goes out."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lsync.core.domain.consignment import ConsignmentLineView
from lsync.core.domain.drift import compare
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.push import Situation
from lsync.core.domain.push.whose import to_write
from lsync.core.domain.remote_change import WrittenLine
from tests.domain.push.model import QUIET, START

D = Decimal
NOTHING: tuple[ConsignmentLineView, ...] = ()


def wanted(quantity: int = 5, cost: str = "2") -> ResolvedLine:
    return ResolvedLine(line_no=1, product_id="p", sku="A", quantity=D(quantity), unit_cost=D(cost))


def there(count: int = 5, cost: str = "2") -> tuple[ConsignmentLineView, ...]:
    return (ConsignmentLineView(product_id="p", count=D(count), cost=D(cost)),)


def shown(quantity: int = 5, cost: str | None = "2") -> dict[str, WrittenLine]:
    unit_cost = None if cost is None else D(cost)
    return {"p": WrittenLine(quantity=D(quantity), unit_cost=unit_cost)}


@pytest.mark.parametrize(
    ("line", "held", "base", "is_written"),
    [
        (wanted(9), there(5), shown(5), True),
        (wanted(5), there(7), shown(5), False),
        (wanted(9), there(7), shown(5), False),
        (wanted(9), there(13), shown(5), True),
        (wanted(5, "3"), there(5, "2"), shown(5, "2"), True),
        (wanted(5, "2"), there(5, "3"), shown(5, "2"), False),
        (wanted(5, "4"), there(5, "3"), shown(5, "2"), False),
        (wanted(5, "4"), there(5, "3"), shown(5, None), True),
        (wanted(5), NOTHING, {}, True),
        (wanted(5), NOTHING, shown(0), True),
        (wanted(5), NOTHING, shown(5), False),
        (wanted(5), there(10), shown(0), True),
        (None, there(5), shown(0), True),
        (None, there(5), shown(5), True),
        (None, there(7), shown(5), False),
        (None, there(5), {}, False),
    ],
    ids=[
        "quantity edited here",
        "quantity changed there",
        "quantity changed on both sides",
        "a bulk call of ours that ran twice",
        "cost edited here",
        "cost changed there",
        "cost changed on both sides",
        "cost edited here of a line whose cost Lightspeed chose",
        "line added here",
        "line announced here and not seen there",
        "line taken out there",
        "announced line that was added twice",
        "line announced and taken out here",
        "line taken out here",
        "line taken out here and changed there",
        "line added there",
    ],
)
def test_only_what_the_order_changed_is_written(
    line: ResolvedLine | None,
    held: tuple[ConsignmentLineView, ...],
    base: dict[str, WrittenLine],
    is_written: bool,
) -> None:
    lines = () if line is None else (line,)
    situation = Situation(wanted=lines, now=START, quiet=QUIET, base=base)
    drifts = compare(lines, held)
    assert drifts
    assert bool(to_write(drifts, situation)) is is_written


@pytest.mark.parametrize(
    ("line", "held", "is_written"),
    [
        (wanted(12), there(9), True),
        (wanted(5), there(9), False),
        (wanted(9), NOTHING, True),
        (wanted(5), NOTHING, False),
        (wanted(5, "4"), there(5, "3"), True),
        (wanted(5, "2"), there(5, "3"), False),
        (None, there(9), True),
    ],
)
def test_what_an_edit_before_may_have_written_counts_as_ours_where_the_order_changed(
    line: ResolvedLine | None, held: tuple[ConsignmentLineView, ...], is_written: bool
) -> None:
    lines = () if line is None else (line,)
    situation = Situation(wanted=lines, now=START, quiet=QUIET, base=shown(), cut_short=True)
    assert bool(to_write(compare(lines, held), situation)) is is_written


def test_everything_is_written_before_the_order_was_ever_there() -> None:
    situation = Situation(wanted=(wanted(),), now=START, quiet=QUIET)
    drifts = compare(situation.wanted, there(7))
    assert to_write(drifts, situation) == drifts
    assert to_write(drifts, replace(situation, base=shown())) == ()
