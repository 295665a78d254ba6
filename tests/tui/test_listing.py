"""A list kept in step by events equals the list the daemon would give."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from lsync.tui.listing import LONGEST, Listing
from lsync.tui.view.query import Query


@dataclass(frozen=True)
class Row:
    id: int
    value: int = 0


def by_id() -> Listing[Row]:
    return Listing(key=lambda row: row.id, order=lambda row: -row.id)


def unordered() -> Listing[Row]:
    return Listing(key=lambda row: row.id)


ROWS = st.lists(st.builds(Row, st.integers(0, 30), st.integers(0, 3)), max_size=60)


@given(ROWS)
def test_events_alone_build_the_list_the_daemon_has(rows: list[Row]) -> None:
    listing = by_id()
    listing.replace([], complete=True)
    for row in rows:
        listing.put(row)
    truth = {row.id: row for row in rows}
    assert listing.items == [truth[number] for number in sorted(truth, reverse=True)]


@given(ROWS, st.integers(1, 10))
def test_below_what_was_read_nothing_is_invented(rows: list[Row], lowest: int) -> None:
    listing = by_id()
    listing.replace([Row(31), Row(lowest + 10)], complete=False)
    for row in rows:
        listing.put(row)
    assert all(row.id >= lowest + 10 for row in listing.items)


def test_a_page_below_does_not_double_rows() -> None:
    listing = by_id()
    listing.replace([Row(5), Row(4)], complete=False)
    listing.extend([Row(4), Row(3)], complete=True)
    assert [row.id for row in listing.items] == [5, 4, 3]
    assert listing.complete


def test_with_a_filter_an_event_makes_the_list_stale_and_adds_nothing() -> None:
    listing = by_id()
    listing.query = Query({"text": "x"})
    listing.replace([Row(5)], complete=True)
    listing.put(Row(6))
    assert [row.id for row in listing.items] == [5]
    assert listing.stale


def test_without_an_order_a_known_row_changes_in_place() -> None:
    listing = unordered()
    listing.replace([Row(9), Row(4)], complete=True)
    listing.put(Row(4, 1))
    assert listing.items == [Row(9), Row(4, 1)]
    assert not listing.stale


def test_without_an_order_a_new_row_makes_the_list_stale() -> None:
    listing = unordered()
    listing.replace([Row(9)], complete=True)
    listing.put(Row(10))
    assert listing.items == [Row(9)]
    assert listing.stale


def test_an_hour_of_events_does_not_grow_without_end() -> None:
    listing = by_id()
    listing.replace([], complete=True)
    for number in range(LONGEST + 500):
        listing.put(Row(number))
    assert len(listing.items) == LONGEST
    assert listing.items[0].id == LONGEST + 499
    assert not listing.complete
