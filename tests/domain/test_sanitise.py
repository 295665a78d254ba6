"""Outside text never acts on a terminal or a spreadsheet."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.sanitise import csv_cell, visible

hostile = st.text(alphabet=st.characters(), max_size=200)


@given(hostile)
def test_no_control_or_direction_mark_survives(text: str) -> None:
    shown = visible(text)
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in shown)
    assert not set(shown) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
    )


@given(hostile)
def test_text_made_visible_is_unchanged_when_made_visible_again(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize("text", ["Café Supplies & Co", "日本語", "🥐", "[/red]"])
def test_honest_text_is_shown_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_escape_sequences_become_readable() -> None:
    assert visible("\x1b]52;c;aGk=\x07") == "␛]52;c;aGk=␇"


def test_lines_are_kept_only_on_request() -> None:
    assert visible("a\nb\tc\r") == "a␊b␉c␍"
    assert visible("a\nb\tc\r", keep_lines=True) == "a\nb\tc␍"


@pytest.mark.parametrize(
    "text", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", " =1", "\ufeff=1", "\uff1d1", "\r=1"]
)
def test_formulas_are_disarmed(text: str) -> None:
    assert csv_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["-3.5", "+1", "12.00", "PO-1", "a=b", ""])
def test_numbers_and_plain_text_stay(text: str) -> None:
    assert csv_cell(text) == text
