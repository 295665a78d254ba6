"""The filter language: what may be typed, and which rows it keeps."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.filter_language import Fact, Relation, Term, holds, parse_filter

NAMES = ("state", "type", "age", "tries")
FACTS: dict[str, Fact] = {
    "state": "pending_approval",
    "type": "sync.push",
    "age": timedelta(hours=2),
    "tries": 3,
    "worker": None,
}
TEXT = "✗ PO-1001 Timed out at the Gate"


def kept(typed: str) -> bool:
    return holds(parse_filter(typed, names=NAMES), facts=FACTS, text=TEXT)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "timed GATE",
        "state:pending_approval",
        "state:pend",
        "state:failed,pending",
        'state:"pending approval"',
        "!state:failed",
        "!zzz",
        "age>1h",
        "age<3h",
        "!age>1d",
        "age>7199",
        "tries>2 tries<4",
    ],
)
def test_a_filter_that_holds_keeps_the_row(typed: str) -> None:
    assert kept(typed)


@pytest.mark.parametrize(
    "typed",
    ["timed zzz", "state:failed", "!state:pending", "!gate", "age>3h", "age<1h", "tries>3", "no:x"],
)
def test_a_filter_that_does_not_hold_drops_the_row(typed: str) -> None:
    assert not kept(typed)


@pytest.mark.parametrize("typed", ["state:", "!", "age>", "age<", "age>soon", "!state:", "tries>x"])
def test_an_unfinished_term_keeps_nothing_out(typed: str) -> None:
    assert parse_filter(typed, names=NAMES) == ()


def test_what_a_row_does_not_say_is_neither_above_nor_below() -> None:
    terms = parse_filter("worker>1 ", names=("worker",))
    assert not holds(terms, facts=FACTS, text="")
    assert not holds(parse_filter("worker<1", names=("worker",)), facts=FACTS, text="")


def test_an_unknown_name_is_looked_for_as_it_stands() -> None:
    assert parse_filter("http://x !a:b", names=NAMES) == (
        Term(relation=Relation.HOLDS, values=("http://x",)),
        Term(relation=Relation.HOLDS, values=("a:b",), negated=True),
    )


def test_quoted_words_stay_together_and_an_open_quote_is_no_error() -> None:
    assert parse_filter('"timed out"', names=NAMES)[0].values == ("timed out",)
    assert parse_filter('"timed out', names=NAMES)[0].values == ('"timed',)


def test_numbers_compare_exactly() -> None:
    terms = parse_filter("cost>0.3", names=("cost",))
    assert not holds(terms, facts={"cost": Decimal("0.3")}, text="")
    assert holds(terms, facts={"cost": Decimal("0.30001")}, text="")


@given(st.text(max_size=60))
def test_nothing_typed_is_an_error(typed: str) -> None:
    holds(parse_filter(typed, names=NAMES), facts=FACTS, text=TEXT)


@given(st.text(max_size=20))
def test_a_negated_word_keeps_exactly_what_the_word_drops(text: str) -> None:
    plain = Term(relation=Relation.HOLDS, values=("a",))
    negated = Term(relation=Relation.HOLDS, values=("a",), negated=True)
    facts: dict[str, Fact] = {}
    assert holds([plain], facts=facts, text=text) != holds([negated], facts=facts, text=text)
