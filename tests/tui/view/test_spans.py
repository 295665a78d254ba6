"""Spans are harmless by construction, and lines keep to their width."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from lsync.tui.view.spans import Span, Tone, block, clip, fit, line, text_of, width_of, wrap

TEXT = st.text(max_size=80)
WIDTH = st.integers(min_value=2, max_value=40)


@given(TEXT)
def test_a_span_holds_no_control_character(text: str) -> None:
    assert not {unicodedata.category(char) for char in Span(text).text} & {"Cc", "Cs"}


@given(TEXT, WIDTH, st.booleans())
def test_fit_is_exactly_as_wide_as_asked(text: str, width: int, right: bool) -> None:
    assert cell_len(fit(Span(text), width, right=right).text) == width


def test_fit_shows_that_it_cut() -> None:
    assert fit(Span("Harbour Street"), 8).text == "Harbour…"
    assert fit(Span("12"), 5, right=True).text == "   12"


@given(st.lists(TEXT, max_size=5), WIDTH)
def test_clip_never_exceeds_the_width(texts: list[str], width: int) -> None:
    assert width_of(clip(line(*texts), width)) <= width


@given(st.lists(TEXT, max_size=5), st.integers(min_value=6, max_value=40))
def test_wrap_never_exceeds_the_width_and_loses_no_word(texts: list[str], width: int) -> None:
    source = line(*texts)
    rows = wrap(source, width, hang=2)
    assert all(width_of(row) <= width for row in rows)
    kept = "".join(text_of(row) for row in rows)
    assert "".join(kept.split()) == "".join(text_of(source).split())


def test_wrap_breaks_at_spaces_and_indents_what_follows() -> None:
    rows = wrap(line("one two three"), 8, hang=2)
    assert [text_of(row) for row in rows] == ["one two ", "  three"]


def test_wrap_keeps_tones() -> None:
    rows = wrap(line(Span("good", Tone.GOOD), Span(" bad", Tone.BAD)), 5)
    tones = {span.text.strip(): span.tone for row in rows for span in row if span.text.strip()}
    assert tones == {"good": Tone.GOOD, "bad": Tone.BAD}


def test_a_block_keeps_its_lines_and_shows_other_controls() -> None:
    rows = block("first\n\tsecond\x1b[0m")
    assert [text_of(row) for row in rows] == ["first", "    second␛[0m"]
