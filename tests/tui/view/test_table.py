"""How columns share a width."""

from hypothesis import given
from hypothesis import strategies as st

from lsync.tui.view.jobs import COLUMNS as JOBS
from lsync.tui.view.log import COLUMNS as LOG
from lsync.tui.view.orders import COLUMNS as ORDERS
from lsync.tui.view.table import GAP, share_width


@given(st.sampled_from([JOBS, LOG, ORDERS]), st.integers(min_value=76, max_value=400))
def test_columns_use_the_width_and_never_more(columns: tuple[object, ...], width: int) -> None:
    widths = share_width(columns, width)  # type: ignore[arg-type]  # sampled tuples of Column
    shown = [each for each in widths if each]
    assert sum(shown) + GAP * (len(shown) - 1) == width


def test_on_a_wide_screen_every_column_shows() -> None:
    for columns in (JOBS, LOG, ORDERS):
        assert all(share_width(columns, 200))


def test_on_80_columns_the_needed_ones_show() -> None:
    def titles(columns: tuple[object, ...]) -> list[str]:
        widths = share_width(columns, 76)  # type: ignore[arg-type]  # tuples of Column
        return [c.title for c, width in zip(columns, widths, strict=True) if width]  # type: ignore[attr-defined]  # tuples of Column

    assert titles(ORDERS) == ["sync", "order", "state", "supplier", "received", "last sync"]
    assert titles(JOBS) == ["state", "job", "type", "about", "priority", "tries", "when"]
    assert titles(LOG) == ["time", "status", "order", "step", "message"]
