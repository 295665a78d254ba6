"""Plots made of characters."""

from hypothesis import given
from hypothesis import strategies as st

from lsync.tui.view.charts import bar_chart, gauge, resample
from lsync.tui.view.spans import Tone, text_of, width_of

VALUES = st.lists(st.integers(min_value=0, max_value=10**6), max_size=60)


@given(VALUES, st.integers(min_value=1, max_value=80))
def test_resampling_fits_and_loses_no_event(values: list[int], width: int) -> None:
    sums = resample(values, width)
    assert len(sums) <= width
    assert sum(sums) == sum(values)


@given(VALUES, st.integers(min_value=1, max_value=80), st.integers(min_value=1, max_value=8))
def test_a_chart_has_exactly_the_size_asked_for(values: list[int], width: int, height: int) -> None:
    rows = bar_chart(values, width=width, height=height, tone=Tone.GOOD)
    assert [width_of(row) for row in rows] == [width] * height


def test_one_event_beside_thousands_still_shows() -> None:
    (row,) = bar_chart([1, 9000], width=2, height=1, tone=Tone.GOOD)
    assert text_of(row) == "▁█"


def test_the_highest_bar_fills_the_height_and_nothing_is_blank() -> None:
    rows = bar_chart([0, 4, 8], width=3, height=2, tone=Tone.GOOD)
    assert [text_of(row) for row in rows] == ["  █", " ██"]


def test_a_gauge_shows_its_share_and_survives_nonsense() -> None:
    assert text_of(gauge(1, 4, width=8, tone=Tone.GOOD)) == "██░░░░░░"
    assert text_of(gauge(9, 4, width=4, tone=Tone.GOOD)) == "████"
    assert text_of(gauge(1, 0, width=4, tone=Tone.GOOD)) == "░░░░"
