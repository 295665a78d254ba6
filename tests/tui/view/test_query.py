"""What a typed filter means: the daemon's part and the rows' part."""

import shlex
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.tui.view.query import API_NAMES, JOB_NAMES, LOG_NAMES, ORDER_NAMES, Names, Query
from lsync.tui.view.query import parse_query as parse
from lsync.tui.view.words import Moment

MOMENT = Moment(now=datetime(2026, 11, 23, 14, 0, tzinfo=UTC), zone=UTC)


def parse_query(typed: str, *, names: Names) -> Query:
    return parse(typed, names=names, moment=MOMENT)


def test_words_are_text_and_known_names_are_filters() -> None:
    query = parse_query("kettle sync:failed blue", names=ORDER_NAMES)
    assert query == Query({"text": "kettle blue", "sync_state": "failed"})


def test_quotes_hold_words_together() -> None:
    query = parse_query('supplier:"Northwind Pottery"', names=ORDER_NAMES)
    assert query == Query({"supplier": "Northwind Pottery"})


def test_an_unknown_name_is_looked_for_as_it_stands() -> None:
    assert parse_query("http://x", names=JOB_NAMES) == Query({"text": "http://x"})


def test_a_name_still_being_typed_filters_nothing() -> None:
    assert not parse_query("state:", names=JOB_NAMES).narrows


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("state:fai", {"state": "failed"}),
        ("state:p", {}),
        ("state:failed,cancelled", {}),
        ("state:zzz", {}),
    ],
)
def test_the_daemon_is_never_asked_for_a_state_there_is_not(
    typed: str, asked: dict[str, str]
) -> None:
    query = parse_query(typed, names=JOB_NAMES)
    assert query.values == asked
    assert query.narrows


def test_several_values_are_asked_for_where_the_daemon_takes_them() -> None:
    query = parse_query("sync:failed,drift", names=ORDER_NAMES)
    assert query == Query({"sync_state": "failed,drifted"})


def test_negation_and_age_are_left_to_the_rows() -> None:
    query = parse_query("!timeout !state:failed age>1h x", names=JOB_NAMES)
    assert query.values == {"text": "x"}
    assert len(query.terms) == 3
    assert query.narrows


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("age<1h", {"since": "2026-11-23T13:00:00+00:00"}),
        ("age>1h", {"until": "2026-11-23T13:00:00+00:00"}),
        ("since:yesterday", {"since": "2026-11-22T00:00:00+00:00"}),
        (
            "on:2026-11-01",
            {"since": "2026-11-01T00:00:00+00:00", "until": "2026-11-02T00:00:00+00:00"},
        ),
        ("since:yester", {}),
    ],
)
def test_the_log_is_asked_by_date(typed: str, asked: dict[str, str]) -> None:
    assert parse_query(typed, names=LOG_NAMES) == Query(asked)


def test_where_the_daemon_looks_for_no_words_the_rows_do() -> None:
    query = parse_query("post order:PO-1", names=API_NAMES)
    assert query.values == {"order": "PO-1"}
    assert query.keeps({}, "POST /consignments")
    assert not query.keeps({}, "GET /consignments")


@given(st.text(max_size=60))
def test_nothing_typed_is_an_error(typed: str) -> None:
    for names in (ORDER_NAMES, LOG_NAMES, API_NAMES):
        parse_query(typed, names=names)


@given(st.from_regex(r"[^\s:,'\"\\!][^:,]{0,20}", fullmatch=True))
def test_a_quoted_value_comes_through_whole(value: str) -> None:
    typed = f"supplier:{shlex.quote(value)}"
    assert parse_query(typed, names=ORDER_NAMES).values["supplier"] == value
