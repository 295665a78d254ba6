"""The table of a tab: keys that move, mark, open and sort; what it looks like is a table view's."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from textual import events
from textual.binding import Binding
from textual.message import Message

from lsync.tui.view.table import Table
from lsync.tui.widgets.table_view import TableView

T = TypeVar("T")
MARKING = frozenset({"mark", "mark_range", "mark_all"})
SORTING = frozenset({"sort", "reverse"})
NEAR_END = 40
"""Rows before the last at which more are asked for."""


class LineTable(TableView[T], can_focus=True, inherit_bindings=False):
    """A table view with a cursor that keys move, and marks that stay with their rows' keys."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("enter", "open", "Detail"),
        Binding("j,down", "move(1)", "Down", show=False),
        Binding("k,up", "move(-1)", "Up", show=False),
        Binding("g,home", "top", "First row", show=False),
        Binding("G,end", "bottom", "Last row", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("space", "mark", "Mark", show=False),
        Binding("v", "mark_range", "Mark from here to the next v", show=False),
        Binding("asterisk", "mark_all", "Mark all rows", show=False),
        Binding("o", "sort", "Sort by the next column", show=False),
        Binding("O", "reverse", "Sort the other way", show=False),
    ]

    @dataclass
    class Highlighted(Message):
        """The cursor stands on another row, because it was moved or the rows beneath it were."""

        sender: "LineTable[Any]"
        key: Hashable
        moved: bool

        @property
        def control(self) -> "LineTable[Any]":
            """The table, so that handlers can select by it."""
            return self.sender

    @dataclass
    class Opened(Message):
        """A row was opened with Enter or a second click."""

        sender: "LineTable[Any]"
        key: Hashable

        @property
        def control(self) -> "LineTable[Any]":
            """The table, so that handlers can select by it."""
            return self.sender

    @dataclass
    class NearEnd(Message):
        """The cursor comes close to the last row: more should be read."""

        sender: "LineTable[Any]"

        @property
        def control(self) -> "LineTable[Any]":
            """The table, so that handlers can select by it."""
            return self.sender

    @dataclass
    class Sorted(Message):
        """The order was changed: the title of the column, with a minus before it if descending."""

        sender: "LineTable[Any]"
        order: str | None

        @property
        def control(self) -> "LineTable[Any]":
            """The table, so that handlers can select by it."""
            return self.sender

    def __init__(self, table: Table[T], *, id: str, marks: bool = True) -> None:  # noqa: A002 - Textual's own name
        """``table`` says what the rows show; without ``marks`` no key marks a row."""
        super().__init__(table, id=id)
        self._marks = marks
        self._given: Sequence[T] = ()
        self._sorted_by: int | None = None
        self._descending = False
        self._range_from: Hashable | None = None
        self.marked: frozenset[Hashable] = frozenset()

    def show(self, items: Sequence[T], *, follow: bool = False, empty: str | None = None) -> None:
        """Show ``items`` as they are now. The cursor keeps its row, or the first if ``follow``.

        ``empty`` is said instead of rows when there are none.
        """
        self._given = items
        if not items:
            self._empty = empty or self._table.empty
            self.refresh_row(self.scroll_offset.y)
        key = None if follow else self.selected_key
        self.put_items(self._in_order(items), follow=follow)
        self._forget_marks()
        if self.selected_key != key:
            self._tell_highlight(moved=False)

    def select(self, key: Hashable) -> None:
        """Put the cursor on the row with ``key``, if there is one."""
        self.go(self.index_of(key, otherwise=self.cursor))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No key for what this table has no use for: it stands in no help and does nothing."""
        if action in MARKING and not self._marks:
            return False
        if action in SORTING and not any(self._table.sort_keys):
            return False
        return super().check_action(action, parameters)

    # Moving

    def go(self, index: int) -> None:
        """Put the cursor on the row at ``index``, or the nearest there is."""
        if self.put_cursor(index):
            self._tell_highlight(moved=True)
        if index >= len(self.items) - NEAR_END:
            self.post_message(self.NearEnd(self))

    def _tell_highlight(self, *, moved: bool) -> None:
        key = self.selected_key
        if key is not None:
            self.post_message(self.Highlighted(self, key, moved))

    def action_move(self, step: int) -> None:
        """Move the cursor by rows."""
        self.go(self.cursor + step)

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens."""
        self.go(self.cursor + pages * max(1, self.scrollable_content_region.height - 2))

    def action_top(self) -> None:
        """Go to the first row."""
        self.go(0)

    def action_bottom(self) -> None:
        """Go to the last row read so far."""
        self.go(len(self.items) - 1)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        key = self.selected_key
        if key is not None:
            self.post_message(self.Opened(self, key))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse clicked; a second click opens."""
        row = event.y - 1 + self.scroll_offset.y
        if event.y < 1 or row >= len(self.items):
            return
        self.go(row)
        if event.chain > 1:
            self.action_open()

    # Marking

    def sign_of(self, key: Hashable) -> str:
        """A star beside marked rows, a bar where a range begins."""
        if key in self.marked:
            return "*"
        return "┌" if key == self._range_from and key is not None else " "

    def unmark(self) -> None:
        """Take all marks away."""
        self.marked = frozenset()
        self._range_from = None
        self.refresh()

    def action_mark(self) -> None:
        """Mark or unmark the row and go to the next."""
        key = self.selected_key
        if key is not None:
            self.marked ^= {key}
            self.refresh_row(self.cursor)
            self.go(self.cursor + 1)

    def action_mark_range(self) -> None:
        """Begin a range at the cursor, or mark every row from where it began to the cursor."""
        if self._range_from is None:
            self._range_from = self.selected_key
        else:
            ends = sorted((self.index_of(self._range_from, otherwise=self.cursor), self.cursor))
            rows = self.items[ends[0] : ends[1] + 1]
            self.marked |= frozenset(self._table.key(row) for row in rows)
            self._range_from = None
        self.refresh()

    def action_mark_all(self) -> None:
        """Mark every row read so far that passes the filter, or unmark all."""
        keys = frozenset(self._table.key(item) for item in self.items)
        self.marked = frozenset() if keys <= self.marked else keys
        self.refresh()

    def _forget_marks(self) -> None:
        if self.marked:
            self.marked &= {self._table.key(item) for item in self.items}

    # Sorting

    def sort_by(self, order: str | None) -> None:
        """Sort by a column's title, descending with a minus before it; an unknown one is none."""
        titles = [column.title for column in self._table.columns[: len(self._table.sort_keys)]]
        title = (order or "").removeprefix("-")
        if title in titles:
            self._sorted_by = titles.index(title)
            self._descending = bool(order and order.startswith("-"))
            self._resort()

    def action_sort(self) -> None:
        """Sort by the next column; after the last, back to the daemon's own order."""
        keys = self._table.sort_keys
        start = 0 if self._sorted_by is None else self._sorted_by + 1
        choices = (i for i in range(start, len(keys)) if keys[i] and self._is_shown(i))
        self._sorted_by = next(choices, None)
        self._resort()

    def action_reverse(self) -> None:
        """Turn the order around."""
        self._descending = not self._descending
        self._resort()

    def arrow_of(self, column: int) -> str:
        """Which way the column is sorted."""
        if column != self._sorted_by:
            return ""
        return " ▼" if self._descending else " ▲"

    def _in_order(self, items: Sequence[T]) -> Sequence[T]:
        """A copy, so that what keys act on is what was shown last, whatever events bring."""
        value = None if self._sorted_by is None else self._table.sort_keys[self._sorted_by]
        if value is None:
            return list(items)
        return sorted(items, key=value, reverse=self._descending)

    def _is_shown(self, column: int) -> bool:
        return column < len(self._widths) and self._widths[column] > 0

    def _resort(self) -> None:
        self.show(self._given)
        self.scroll_to_cursor()
        self.refresh()
        title = None if self._sorted_by is None else self._table.columns[self._sorted_by].title
        self.post_message(self.Sorted(self, f"-{title}" if title and self._descending else title))
