"""A box with a table to choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content

from lsync.tui.screens.dialog import Dialog
from lsync.tui.view.spans import Line
from lsync.tui.view.table import Table
from lsync.tui.widgets.line_table import LineTable
from lsync.tui.widgets.lines import Lines

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Choice(Generic[Row]):
    """What was chosen: a key, and the marked rows or the one under the cursor."""

    key: str
    rows: tuple[Row, ...]


class ChooseScreen(Dialog[Choice[Any]], Generic[Row]):
    """Rows of a table; one of the offered keys closes it with what is marked or under the cursor.

    Enter stands for the key ``enter`` when that is offered. ``lines`` stand above the table.
    """

    BINDINGS: ClassVar[list[Any]] = [Binding("escape,q", "close", "Close")]

    def __init__(
        self,
        title: str,
        table: Table[Row],
        rows: Sequence[Row],
        *,
        keys: Mapping[str, str],
        lines: Sequence[Line] = (),
        rowless: frozenset[str] = frozenset(),
    ) -> None:
        """``keys`` are those offered, each with what it does; ``rowless`` need no row."""
        hint = "   ".join(f"{'Enter' if key == 'enter' else key} {keys[key]}" for key in keys)
        super().__init__(title, hint=f"{hint}   Esc closes")
        self._table = table
        self._rows = rows
        self._keys = keys
        self._lines = lines
        self._rowless = rowless

    def compose(self) -> ComposeResult:
        """Put lines and table into a box."""
        with Vertical(id="dialog") as box:
            box.border_title = Content(self.shown_title)
            box.border_subtitle = Content(self.shown_hint)
            yield Lines(id="dialog-lines", wraps=True)
            yield LineTable(self._table, id="choices")

    def on_mount(self) -> None:
        """Show the rows; the table has the keys."""
        choices = self.query_one("#choices", LineTable)
        choices.styles.height = max(1, len(self._rows)) + 1
        choices.show(self._rows)
        choices.focus()

    def lines(self) -> Sequence[Line]:
        """What stands above the table."""
        return self._lines

    @on(LineTable.Opened)
    def _opened(self) -> None:
        if "enter" in self._keys:
            self._choose("enter")

    def on_key(self, event: events.Key) -> None:
        """One of the offered keys."""
        if event.character is not None and event.character in self._keys:
            event.stop()
            self._choose(event.character)

    def _choose(self, key: str) -> None:
        choices: LineTable[Row] = self.query_one("#choices", LineTable)
        marked = tuple(row for row in choices.items if self._table.key(row) in choices.marked)
        here = () if choices.selected is None else (choices.selected,)
        if marked or here or key in self._rowless:
            self.dismiss(Choice(key, marked or here))
