"""What a typed filter means."""

import shlex

from hypothesis import given
from hypothesis import strategies as st

from lsync.tui.view.query import JOB_NAMES, ORDER_NAMES, Query, parse_query


def test_words_are_text_and_known_names_are_filters() -> None:
    query = parse_query("kettle sync:failed blue", names=ORDER_NAMES)
    assert query.arguments() == {"text": "kettle blue", "sync_state": "failed"}


def test_quotes_hold_words_together() -> None:
    query = parse_query('supplier:"Northwind Pottery"', names=ORDER_NAMES)
    assert query.arguments() == {"supplier": "Northwind Pottery"}


def test_an_unknown_name_is_looked_for_as_it_stands() -> None:
    assert parse_query("http://x", names=JOB_NAMES) == Query("http://x", {})


def test_a_name_still_being_typed_filters_nothing() -> None:
    assert not parse_query("state:", names=JOB_NAMES).active


@given(st.text(max_size=60))
def test_nothing_typed_is_an_error(typed: str) -> None:
    parse_query(typed, names=ORDER_NAMES)


@given(st.from_regex(r"[^\s:'\"\\][^:]{0,20}", fullmatch=True))
def test_a_quoted_value_comes_through_whole(value: str) -> None:
    typed = f"supplier:{shlex.quote(value)}"
    assert parse_query(typed, names=ORDER_NAMES).values["supplier"] == value
