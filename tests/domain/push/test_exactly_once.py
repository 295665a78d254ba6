"""Whatever happens to writes and processes: one consignment, quantities equal, SENT."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsync.core.domain.push import Step
from lsync.core.domain.push.dialogue import Finish
from tests.domain.push.model import QUIET, Fate, Shell, run_to_the_end, shell


def assert_exactly_once(finished: Shell) -> None:
    finished.shop.pass_time(QUIET)
    (view,) = finished.shop.consignments.values()
    assert view.status == "SENT"
    there = {line.product_id: (line.count, line.cost) for line in view.lines}
    assert there == {line.product_id: (line.quantity, line.unit_cost) for line in finished.wanted}
    assert finished.push.step is Step.DONE
    assert finished.push.consignment_id == view.consignment_id


@pytest.mark.parametrize("fates", product(Fate, repeat=3), ids="+".join)
def test_three_writes_with_every_fate_each(fates: tuple[Fate, ...]) -> None:
    pushed = shell(fates=list(fates))
    assert isinstance(run_to_the_end(pushed), Finish)
    assert_exactly_once(pushed)


@given(
    lines=st.sampled_from([1, 3, 12, 501, 1200]),
    fates=st.lists(st.sampled_from(Fate), max_size=12),
)
@settings(max_examples=300, deadline=None)
def test_any_sequence_of_fates(lines: int, fates: list[Fate]) -> None:
    pushed = shell(lines, fates=fates)
    assert isinstance(run_to_the_end(pushed), Finish)
    assert_exactly_once(pushed)


@given(fates=st.lists(st.sampled_from(Fate), max_size=12))
@settings(max_examples=200, deadline=None)
def test_any_sequence_of_fates_while_one_line_is_changed(fates: list[Fate]) -> None:
    pushed = shell(4)
    run_to_the_end(pushed)
    last = replace(pushed.wanted[-1], quantity=Decimal(99))
    pushed.wanted = (*pushed.wanted[:-1], last)
    pushed.fates = iter(fates)
    assert isinstance(run_to_the_end(pushed), Finish)
    assert_exactly_once(pushed)
