"""Diff, history and editing as plain values."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from lsync.core.control import messages as m
from lsync.core.domain.order import OrderState, SyncState
from lsync.tui.view.diff import diff_lines
from lsync.tui.view.editing import UnreadableEditError, editable, edited
from lsync.tui.view.footer import FooterKey, fitting, key_at
from lsync.tui.view.history import history_lines
from lsync.tui.view.spans import line, side_by_side, text_of, width_of
from lsync.tui.view.words import Moment
from tests.tui import samples

MOMENT = Moment(now=datetime(2026, 11, 23, 14, 0, tzinfo=UTC), zone=UTC)


def detail() -> m.OrderDetail:
    lines = tuple(
        m.LineMessage(line_no=number, sku=f"S-{number}", quantity=Decimal(12), unit_cost=cost)
        for number, cost in ((1, Decimal("3.50")), (2, None))
    )
    return samples.detail(samples.order("PO-1")).model_copy(update={"lines": lines})


def test_an_edit_becomes_an_order_file() -> None:
    order = detail()
    text = editable(order).replace("12", "24", 1)
    rows = json.loads(edited(order, text))
    assert [(row["sku"], row["quantity"], row.get("unit_cost")) for row in rows] == [
        ("S-1", "24", "3.5"),
        ("S-2", "12", None),
    ]
    assert rows[0]["supplier"] == order.supplier


@pytest.mark.parametrize("text", ["", "9 1 1", "x 1 1", "1 one 1", "1 1 NaN", "1 1"])
def test_an_edit_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(UnreadableEditError):
        edited(detail(), text)


def test_a_repair_that_does_nothing_offers_no_key() -> None:
    diff = m.OrderDiff(
        order_number="PO-1", state=OrderState.SUBMITTED, sync_state=SyncState.DRIFTED, equal=False
    )
    plan = m.RepairPlan(
        order_number="PO-1", by_hand=("Look at it.",), budget=samples.BUDGET, plan_hash="x"
    )
    shown = "\n".join(text_of(each) for each in diff_lines(diff, plan))
    assert "by hand: Look at it." in shown
    assert "applies exactly this" not in shown


def test_without_history_it_says_so() -> None:
    empty = m.OrderHistory(order_number="PO-1")
    assert "nothing has happened" in text_of(history_lines(empty, 0, None, None, MOMENT)[0])


def test_help_and_quit_stay_on_a_narrow_footer() -> None:
    keys = [FooterKey(key=name, shown=name[0], words="word") for name in ("aa", "bb", "cc")]
    keys += [FooterKey(key="question_mark", shown="?", words="Help")]
    keys += [FooterKey(key="q", shown="q", words="Quit")]
    assert [each.key for each in fitting(keys, 24)] == ["aa", "question_mark", "q"]
    assert key_at(keys, 1, width=24) == "aa"
    assert key_at(keys, 8, width=24) == "question_mark"
    assert key_at(keys, 23, width=24) is None


def test_two_columns_stand_beside_each_other_within_the_width() -> None:
    rows = side_by_side([line("a" * 90)], [line("b")], width=60)
    assert all(width_of(row) <= 60 for row in rows)
    assert "│" in text_of(rows[0])
    assert len(rows) > 1


def test_ages_in_history_are_steps_apart() -> None:
    entries = tuple(
        m.HistoryEntry(at=MOMENT.now + timedelta(minutes=each), what=f"step {each}", message="")
        for each in range(30)
    )
    history = m.OrderHistory(order_number="PO-1", entries=entries)
    shown = [text_of(each) for each in history_lines(history, 15, None, None, MOMENT)]
    assert shown[0].startswith("16 of 30")
    assert any(each.startswith("› ") and "step 15" in each for each in shown)
    assert not any("step 25" in each for each in shown)
