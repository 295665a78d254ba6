"""Keyed rows drawn on demand, with a cursor. Its cost follows the rows on screen that changed.

Which keys move the cursor, mark rows or sort them is ``line_table``'s.
"""

from collections.abc import Hashable, Sequence
from itertools import chain
from typing import Generic, TypeVar

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip

from lsync.tui.view.spans import Span, Tone, fit
from lsync.tui.view.table import GAP, Table, share_width
from lsync.tui.widgets.toned import TonedView

T = TypeVar("T")
GUTTER = 2
"""Cells before the first column, for the cursor and the mark."""
NEARBY = 200
"""Rows around the cursor in which its row is looked for first: events move it by a few."""


class TableView(TonedView, Generic[T], inherit_bindings=False):
    """Shows ``items`` as rows of ``table``. The cursor stays with its row's key."""

    def __init__(self, table: Table[T], *, id: str) -> None:  # noqa: A002 - Textual's own name
        """``table`` says what the rows show."""
        super().__init__(id=id)
        self._table = table
        self._empty = table.empty
        self._items: Sequence[T] = ()
        self._widths: tuple[int, ...] = ()
        self._cursor = 0

    @property
    def items(self) -> Sequence[T]:
        """The rows in the order shown."""
        return self._items

    @property
    def cursor(self) -> int:
        """The index of the row under the cursor."""
        return self._cursor

    @property
    def selected(self) -> T | None:
        """The item under the cursor."""
        return self._items[self._cursor] if self._cursor < len(self._items) else None

    @property
    def selected_key(self) -> Hashable | None:
        """The key of the item under the cursor."""
        item = self.selected
        return None if item is None else self._table.key(item)

    def cells_of(self, item: T) -> Sequence[Span]:
        """The cells of one row, whether or not it is shown."""
        return self._table.cells(item)

    # What subclasses add to a row

    def sign_of(self, key: Hashable) -> str:
        """The sign beside the cursor's; nothing for rows that are not special."""
        del key
        return " "

    def arrow_of(self, column: int) -> str:
        """What follows a column's title."""
        del column
        return ""

    # Taking over rows

    def put_items(self, items: Sequence[T], *, follow: bool) -> None:
        """Show ``items`` from now on; with ``follow`` the cursor goes to the first row."""
        key = None if follow else self.selected_key
        before, old_cursor = self._items, self._cursor
        self._items = items
        self._cursor = self.index_of(key, otherwise=0 if follow else old_cursor)
        self.virtual_size = Size(self.size.width, len(items) + 1)
        moved = self._cursor - old_cursor
        if moved and self.scroll_offset.y and not follow:
            self.scroll_to(y=self.scroll_offset.y + moved, animate=False)
        self._refresh_changed(before, old_cursor)

    def index_of(self, key: Hashable | None, *, otherwise: int) -> int:
        """The index of the row with ``key``, or the nearest there is to ``otherwise``."""
        last = max(0, len(self._items) - 1)
        here = min(otherwise, last)
        if key is None or not self._items:
            return here
        low, high = max(0, here - NEARBY), min(last + 1, here + NEARBY)
        key_of = self._table.key
        places = chain(range(low, high), range(low), range(high, last + 1))
        return next((i for i in places if key_of(self._items[i]) == key), here)

    def _refresh_changed(self, before: Sequence[T], old_cursor: int) -> None:
        """Repaint what differs, all at once: each call costs the same however much it names."""
        top = self.scroll_offset.y
        changed: list[Region] = []
        for index in range(top, top + max(0, self.size.height - 1)):
            old, new = _at(before, index), _at(self._items, index)
            if self._cursor != old_cursor and index in {self._cursor, old_cursor}:
                changed.append(self._row_region(index))
            elif old is not new and old != new:
                changed += self._changed_cells(index, old, new)
        if changed:
            self.refresh(*changed)

    def _changed_cells(self, index: int, old: T | None, new: T | None) -> list[Region]:
        """Where the cells differ, or the whole row when it is another one."""
        if old is None or new is None or self._table.key(old) != self._table.key(new):
            return [self._row_region(index)]
        regions = []
        x, y = GUTTER, index - self.scroll_offset.y + 1
        pairs = zip(self._widths, self._table.cells(old), self._table.cells(new), strict=False)
        for width, before, after in pairs:
            if width and before != after:
                regions.append(Region(x, y, width, 1))
            x += width + GAP if width else 0
        return regions

    def _row_region(self, index: int) -> Region:
        return Region(0, index - self.scroll_offset.y + 1, self.size.width, 1)

    def refresh_row(self, index: int) -> None:
        """Repaint one row."""
        self.refresh(self._row_region(index))

    def put_cursor(self, index: int) -> bool:
        """Put the cursor on the nearest row to ``index``; whether that is another one."""
        index = max(0, min(index, len(self._items) - 1))
        if index == self._cursor:
            return False
        old, self._cursor = self._cursor, index
        self.refresh_row(old)
        self.refresh_row(index)
        self.scroll_to_cursor()
        return True

    def scroll_to_cursor(self) -> None:
        """Bring the cursor's row into view."""
        room = max(1, self.scrollable_content_region.height - 1)
        top = self.scroll_offset.y
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False)
        elif self._cursor >= top + room:
            self.scroll_to(y=self._cursor - room + 1, animate=False)

    # Drawing

    def on_resize(self, _event: events.Resize) -> None:
        """Share out the new width."""
        width = self.scrollable_content_region.width
        self._widths = share_width(self._table.columns, max(0, width - GUTTER))
        self.virtual_size = Size(self.size.width, len(self._items) + 1)
        self.scroll_to_cursor()
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
        marked = self.sign_of(self._table.key(item)) != " "
        return self.tone_style("line--marked") if marked else None

    def _header(self) -> list[Span]:
        titles = [
            Span(column.title + self.arrow_of(index), Tone.DIM)
            for index, column in enumerate(self._table.columns)
        ]
        return [Span(" " * GUTTER), *self._spread(titles)]

    def _row(self, item: T, index: int) -> list[Span]:
        cursor = "›" if index == self._cursor else " "
        mark = self.sign_of(self._table.key(item))
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
        self.refresh_row(self._cursor)

    def on_blur(self) -> None:
        """The cursor fades when keys go elsewhere."""
        self.refresh_row(self._cursor)


def _at(items: Sequence[T], index: int) -> T | None:
    return items[index] if 0 <= index < len(items) else None
