"""The table repaints what changed and nothing else."""

from collections import Counter
from dataclasses import dataclass

from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.strip import Strip

from lsync.tui.view.spans import Span
from lsync.tui.view.table import Column, Table
from lsync.tui.widgets.line_table import LineTable
from lsync.tui.widgets.toned import TONE_CLASSES


@dataclass(frozen=True)
class Row:
    id: int
    word: str = "calm"


TABLE: Table[Row] = Table(
    columns=(Column(title="id", least=4, most=4), Column(title="word", least=8)),
    key=lambda row: row.id,
    cells=lambda row: (Span(str(row.id)), Span(row.word)),
    sort_keys=(lambda row: row.id, lambda row: row.word),
)


class CountingTable(LineTable[Row]):
    """Counts how often each row of the screen is drawn."""

    def __init__(self) -> None:
        super().__init__(TABLE, id="table")
        self.drawn: Counter[int] = Counter()

    def render_line(self, y: int) -> Strip:
        self.drawn[y] += 1
        return super().render_line(y)


class OneScreen(Screen[None]):
    COMPONENT_CLASSES = TONE_CLASSES

    def compose(self) -> ComposeResult:
        yield CountingTable()


class TableApp(App[None]):
    def get_default_screen(self) -> Screen[None]:
        return OneScreen()


def rows(count: int, **changed: str) -> list[Row]:
    words = {int(name.removeprefix("row")): word for name, word in changed.items()}
    return [Row(number, words.get(number, "calm")) for number in range(count)]


async def test_a_changed_row_repaints_that_row_only() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 20)) as pilot:
        table = app.screen.query_one(CountingTable)
        table.show(rows(1000))
        await pilot.pause()
        table.drawn.clear()
        table.show(rows(1000, row7="changed", row900="out of sight"))
        await pilot.pause()
        assert set(table.drawn) == {8}


async def test_showing_the_same_again_repaints_nothing() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 20)) as pilot:
        table = app.screen.query_one(CountingTable)
        table.show(rows(50))
        await pilot.pause()
        table.drawn.clear()
        table.show(rows(50))
        await pilot.pause()
        assert not table.drawn


async def test_the_cursor_stays_with_its_row_when_rows_come_and_go() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 20)) as pilot:
        table = app.screen.query_one(CountingTable)
        table.show(rows(50))
        table.select(30)
        table.show([Row(99), *rows(50)[5:]])
        await pilot.pause()
        assert table.selected == Row(30)


async def test_a_cursor_whose_row_went_stays_in_its_place() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 20)):
        table = app.screen.query_one(CountingTable)
        table.show(rows(10))
        table.select(4)
        table.show([row for row in rows(10) if row.id != 4])
        assert table.selected == Row(5)
        table.show([])
        assert table.selected is None


async def test_a_million_rows_are_shown_as_fast_as_they_are_listed() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 20)) as pilot:
        table = app.screen.query_one(CountingTable)
        many = rows(1_000_000)
        table.show(many)
        table.go(len(many) - 1)
        await pilot.pause()
        assert table.selected == Row(999_999)
        assert sum(table.drawn.values()) < 200
