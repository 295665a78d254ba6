"""A list held still keeps its rows, grows only downwards, and counts what it leaves out."""

from hypothesis import given
from hypothesis import strategies as st

from lsync.tui.still import Still
from tests.tui import samples
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.harness import dashboard


def held(rows: list[int]) -> Still[int]:
    return Still(rows, key=lambda row: row, since=samples.NOW)


@given(st.integers(0, 8), st.integers(0, 8), st.integers(1, 8))
def test_rows_above_are_counted_and_rows_below_are_added(above: int, below: int, kept: int) -> None:
    rows = list(range(100, 100 + kept))
    still = held(rows)
    more = list(range(200, 200 + below))
    assert list(still.take([*range(above), *rows, *more])) == [*rows, *more]
    assert still.new == above


def test_a_row_that_changed_or_went_stays_as_it_was() -> None:
    still = held([3, 2, 1])
    assert list(still.take([4, 3, 1])) == [3, 2, 1]
    assert still.new == 1


def test_of_an_empty_list_nothing_is_held() -> None:
    assert list(held([]).take([2, 1])) == [2, 1]


async def test_any_list_is_held_still_and_says_so(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("2")
        await seen.sees("PO-1008")
        await seen.press("F")
        await seen.sees("held still since")
        daemon._put(samples.order("PO-1009"))
        await seen.sees("1 new above")
        assert "PO-1009" not in seen.text()
        await seen.press("F")
        await seen.sees("PO-1009")
