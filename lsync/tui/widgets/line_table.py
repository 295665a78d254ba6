"""A table of keyed rows, drawn on demand: its cost follows the rows on screen that changed."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from lsync.tui.view.spans import Span, Tone, fit
from lsync.tui.view.table import GAP, Table, share_width
from lsync.tui.widgets.toned import TonedView

T = TypeVar("T")
GUTTER = 2
"""Cells before the first column, for the cursor and the mark."""
NEAR_END = 40
"""Rows before the last at which more are asked for."""


class LineTable(TonedView, Generic[T], can_focus=True, inherit_bindings=False):
    """Shows ``items`` as rows of ``table``. The cursor and the marks stay with their rows' keys."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("enter", "open", "Detail"),
        Binding("j,down", "move(1)", "Down", show=False),
        Binding("k,up", "move(-1)", "Up", show=False),
        Binding("g,home", "top", "First row", show=False),
        Binding("G,end", "bottom", "Last row", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("space", "mark", "Mark", show=False),
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

    def __init__(self, table: Table[T], *, id: str) -> None:  # noqa: A002 - Textual's own name
        """``table`` says what the rows show."""
        super().__init__(id=id)
        self._table = table
        self._empty = table.empty
        self._given: Sequence[T] = ()
        self._items: Sequence[T] = ()
        self._widths: tuple[int, ...] = ()
        self._cursor = 0
        self._sorted_by: int | None = None
        self._descending = False
        self.marked: frozenset[Hashable] = frozenset()

    # What it holds

    @property
    def items(self) -> Sequence[T]:
        """The rows in the order shown."""
        return self._items

    @property
    def selected(self) -> T | None:
        """The item under the cursor."""
        return self._items[self._cursor] if self._cursor < len(self._items) else None

    def cells_of(self, item: T) -> Sequence[Span]:
        """The cells of one row, whether or not it is shown."""
        return self._table.cells(item)

    @property
    def cursor(self) -> int:
        """The index of the row under the cursor."""
        return self._cursor

    def show(self, items: Sequence[T], *, follow: bool = False, empty: str | None = None) -> None:
        """Show ``items`` as they are now. The cursor keeps its row, or the first if ``follow``.

        ``empty`` is said instead of rows when there are none.
        """
        self._given = items
        if not items:
            self._empty = empty or self._table.empty
            self._refresh_row(self.scroll_offset.y)
        key = None if follow else self._selected_key()
        before, old_cursor = self._items, self._cursor
        self._items = self._in_order(items)
        self._cursor = self._index_of(key, otherwise=0 if follow else old_cursor)
        self.virtual_size = Size(self.size.width, len(self._items) + 1)
        moved = self._cursor - old_cursor
        if moved and self.scroll_offset.y and not follow:
            self.scroll_to(y=self.scroll_offset.y + moved, animate=False)
        self._refresh_changed(before, old_cursor)
        self._forget_marks()
        if self._selected_key() != key:
            self._tell_highlight(moved=False)

    def select(self, key: Hashable) -> None:
        """Put the cursor on the row with ``key``, if there is one."""
        self.go(self._index_of(key, otherwise=self._cursor))

    def _in_order(self, items: Sequence[T]) -> Sequence[T]:
        if self._sorted_by is None:
            return list(items)
        value = self._table.sort_keys[self._sorted_by]
        if value is None:
            return list(items)
        return sorted(items, key=value, reverse=self._descending)

    def _selected_key(self) -> Hashable | None:
        item = self.selected
        return None if item is None else self._table.key(item)

    def _index_of(self, key: Hashable | None, *, otherwise: int) -> int:
        last = max(0, len(self._items) - 1)
        if key is None:
            return min(otherwise, last)
        found = (i for i, item in enumerate(self._items) if self._table.key(item) == key)
        return next(found, min(otherwise, last))

    def _forget_marks(self) -> None:
        if self.marked:
            self.marked &= {self._table.key(item) for item in self._items}

    def _refresh_changed(self, before: Sequence[T], old_cursor: int) -> None:
        top = self.scroll_offset.y
        for index in range(top, top + max(0, self.size.height - 1)):
            old, new = _at(before, index), _at(self._items, index)
            if self._cursor != old_cursor and index in {self._cursor, old_cursor}:
                self._refresh_row(index)
            elif old != new:
                self._refresh_cells(index, old, new)

    def _refresh_cells(self, index: int, old: T | None, new: T | None) -> None:
        """Repaint the cells that differ, or the row when it is another one."""
        if old is None or new is None or self._table.key(old) != self._table.key(new):
            self._refresh_row(index)
            return
        x, y = GUTTER, index - self.scroll_offset.y + 1
        pairs = zip(self._widths, self._table.cells(old), self._table.cells(new), strict=False)
        for width, before, after in pairs:
            if width and before != after:
                self.refresh(Region(x, y, width, 1))
            x += width + GAP if width else 0

    def _refresh_row(self, index: int) -> None:
        self.refresh(Region(0, index - self.scroll_offset.y + 1, self.size.width, 1))

    # Moving

    def go(self, index: int) -> None:
        """Put the cursor on the row at ``index``, or the nearest there is."""
        index = max(0, min(index, len(self._items) - 1))
        if index != self._cursor:
            old, self._cursor = self._cursor, index
            self._refresh_row(old)
            self._refresh_row(index)
            self._scroll_to_cursor()
            self._tell_highlight(moved=True)
        if index >= len(self._items) - NEAR_END:
            self.post_message(self.NearEnd(self))

    def _scroll_to_cursor(self) -> None:
        room = max(1, self.scrollable_content_region.height - 1)
        top = self.scroll_offset.y
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False)
        elif self._cursor >= top + room:
            self.scroll_to(y=self._cursor - room + 1, animate=False)

    def _tell_highlight(self, *, moved: bool) -> None:
        key = self._selected_key()
        if key is not None:
            self.post_message(self.Highlighted(self, key, moved))

    def action_move(self, step: int) -> None:
        """Move the cursor by rows."""
        self.go(self._cursor + step)

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens."""
        self.go(self._cursor + pages * max(1, self.scrollable_content_region.height - 2))

    def action_top(self) -> None:
        """Go to the first row."""
        self.go(0)

    def action_bottom(self) -> None:
        """Go to the last row read so far."""
        self.go(len(self._items) - 1)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        key = self._selected_key()
        if key is not None:
            self.post_message(self.Opened(self, key))

    def action_mark(self) -> None:
        """Mark or unmark the row and go to the next."""
        key = self._selected_key()
        if key is not None:
            self.marked ^= {key}
            self._refresh_row(self._cursor)
            self.go(self._cursor + 1)

    def unmark(self) -> None:
        """Take all marks away."""
        self.marked = frozenset()
        self.refresh()

    def action_mark_all(self) -> None:
        """Mark every row read so far that passes the filter, or unmark all."""
        keys = frozenset(self._table.key(item) for item in self._items)
        self.marked = frozenset() if keys <= self.marked else keys
        self.refresh()

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

    def _is_shown(self, column: int) -> bool:
        return column < len(self._widths) and self._widths[column] > 0

    def _resort(self) -> None:
        self.show(self._given)
        self._scroll_to_cursor()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse clicked; a second click opens."""
        row = event.y - 1 + self.scroll_offset.y
        if event.y < 1 or row >= len(self._items):
            return
        self.go(row)
        if event.chain > 1:
            self.action_open()

    # Drawing

    def on_resize(self, _event: events.Resize) -> None:
        """Share out the new width."""
        width = self.scrollable_content_region.width
        self._widths = share_width(self._table.columns, max(0, width - GUTTER))
        self.virtual_size = Size(self.size.width, len(self._items) + 1)
        self._scroll_to_cursor()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one row of the view: the header, a row, or nothing."""
        if y == 0:
            return self.strip_of(self._header(), over=self.tone_style("line--header"))
        index = y - 1 + self.scroll_offset.y
        item = _at(self._items, index)
        if item is None:
            empty = index == 0 and not self._items
            return self.strip_of((Span(f"  {self._empty}", Tone.DIM),) if empty else ())
        return self.strip_of(self._row(item, index), over=self._row_style(item, index))

    def _row_style(self, item: T, index: int) -> Style | None:
        if index == self._cursor and self.has_focus:
            return self.tone_style("line--cursor")
        return self.tone_style("line--marked") if self._table.key(item) in self.marked else None

    def _header(self) -> list[Span]:
        titles = [
            Span(column.title + self._arrow(index), Tone.DIM)
            for index, column in enumerate(self._table.columns)
        ]
        return [Span(" " * GUTTER), *self._spread(titles)]

    def _arrow(self, index: int) -> str:
        if index != self._sorted_by:
            return ""
        return " ▼" if self._descending else " ▲"

    def _row(self, item: T, index: int) -> list[Span]:
        cursor = "›" if index == self._cursor else " "
        mark = "*" if self._table.key(item) in self.marked else " "
        return [Span(cursor + mark, Tone.KEY), *self._spread(self._table.cells(item))]

    def _spread(self, cells: Sequence[Span]) -> list[Span]:
        """Fit the cells of the columns that are shown to their widths."""
        spans: list[Span] = []
        for column, width, cell in zip(self._table.columns, self._widths, cells, strict=False):
            if width:
                spans += [fit(cell, width, right=column.right), Span(" " * GAP)]
        return spans

    def on_focus(self) -> None:
        """The cursor shows where keys go."""
        self._refresh_row(self._cursor)

    def on_blur(self) -> None:
        """The cursor fades when keys go elsewhere."""
        self._refresh_row(self._cursor)


def _at(items: Sequence[T], index: int) -> T | None:
    return items[index] if 0 <= index < len(items) else None
