"""A tab with a list whose rows open as detail pages, beside the list or instead of it."""

import shlex
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from textual import on, work
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widget import Widget

from lsync.core.control.client import ControlError, DaemonUnreachable
from lsync.core.control.messages import ErrorMessage
from lsync.tui.model import Subject, Touch
from lsync.tui.screens.rows_pane import RowsPane
from lsync.tui.session import Session
from lsync.tui.view.spans import Line, Span, Tone, line
from lsync.tui.widgets.line_table import LineTable
from lsync.tui.widgets.lines import Draw, Lines

Row = TypeVar("Row")
Whole = TypeVar("Whole")

AGAIN_SECONDS = 1.0
"""Until a page whose connection broke is asked for again."""


class ListPane(RowsPane[Row], Generic[Row, Whole]):
    """A list of rows; a row opens as a detail page that was asked for whole."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("l", "log_of_it", "Its log", show=False),
        Binding("P", "order_of_it", "Its order", show=False),
        Binding("J", "job_of_it", "Its job", show=False),
        Binding("plus", "zoom", "Whole width", show=False),
    ]

    def __init__(self, session: Session) -> None:
        """Start without detail."""
        super().__init__(session)
        self._detail_key: Hashable = None
        self._detail: Whole | None = None

    # What a tab says about its rows

    def page(self, whole: Whole) -> Sequence[Line]:
        """The detail page; needed unless ``draw`` gives it for a width."""
        raise NotImplementedError  # abstract: every pane or dialog says its own

    def draw(self, whole: Whole) -> Draw:
        """What gives the detail page for a width and a height."""
        lines = self.page(whole)
        return lambda _width, _height: lines

    async def read_whole(self, key: Hashable) -> Whole:
        """Ask the daemon for one thing whole."""
        raise NotImplementedError  # abstract: every pane or dialog says its own

    def row_of(self, key: Hashable) -> Row:
        """The row with ``key``, for lists whose rows are all there is to know.

        Raises:
            ControlError: it is not among the rows read.
        """
        found = self.session.listing(self.subject).row(key)
        if found is None:
            raise ControlError(ErrorMessage(error="This row is no longer there."))
        row: Row = found
        return row

    def order_of(self, row: Row | Whole) -> str | None:
        """The number of the order a row is about; ``None`` when it is about none."""
        del row
        return None

    def job_of(self, row: Row | Whole) -> int | None:
        """The id of the job a row came from or led to; ``None`` when there is none."""
        del row
        return None

    # Composition

    def compose_body(self) -> Iterable[Widget]:
        """Table and detail side by side; on a narrow screen one of them shows."""
        yield from self.compose_above()
        with Horizontal(id="body"):
            yield from self.compose_list()
            yield Lines(id="detail", wraps=True, can_focus=True)
        yield from self.compose_filter()

    def compose_above(self) -> Iterable[Widget]:
        """What stands above the list; nothing for most tabs."""
        return ()

    @property
    def selected(self) -> Row | Whole | None:
        """What actions are about: the open detail once it has been read, else the cursor's row."""
        return self._detail if self.has_class("-detail") else self.table.selected

    @property
    def shows_detail(self) -> bool:
        """Whether a detail page is on the screen."""
        return self.has_class("-detail") or self.has_class("-wide")

    # Showing

    def show_body(self, touched: frozenset[Touch]) -> None:
        """Show changed rows, and read an open detail anew that changed."""
        super().show_body(touched)
        if self.shows_detail and self._concerns_detail(touched):
            self.read_detail(self._detail_key)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show the rows, the cursor on an open one; without any there is no detail either."""
        super().show_rows(rows)
        if self.has_class("-detail"):
            self._put_cursor_on_page()
        elif self.table.selected is None:
            self._detail_key = self._detail = None
            self.query_one("#detail", Lines).show(())

    def _put_cursor_on_page(self) -> None:
        """A page that opened before its row was read: Esc leads to this row, not to another."""
        if self._detail_key is not None and self.table.selected_key != self._detail_key:
            self.table.select(self._detail_key)

    def _concerns_detail(self, touched: frozenset[Touch]) -> bool:
        if self._detail_key is None or not self.session.model.link.live:
            return False
        keys = {touch.key for touch in touched if touch.subject is self.subject}
        return self._detail_key in keys or Touch(Subject.LINK) in touched

    # The detail

    @on(LineTable.Highlighted, "#table")
    def _follow_cursor(self, message: LineTable.Highlighted) -> None:
        if self.has_class("-detail") and not message.moved:
            return  # rows that arrive below an open page do not turn it to another row
        self._turn_to(message.key)
        if self.shows_detail:
            self.read_detail(message.key)

    def _turn_to(self, key: Hashable) -> None:
        """Forget the detail of another row, so that no action is about what was shown before."""
        if key != self._detail_key:
            self._detail_key, self._detail = key, None
            self._scroll_to_top()

    @on(LineTable.Opened, "#table")
    def _open_row(self, message: LineTable.Opened) -> None:
        if not self.start_now():
            self.open(message.key)

    def open(self, key: Hashable) -> None:
        """Show the detail of ``key``, whether or not it is among the rows read."""
        self.table.select(key)
        self._turn_to(key)
        self.add_class("-detail")
        self.query_one("#detail", Lines).focus()
        self._scroll_to_top()
        self.read_detail(key)

    def _scroll_to_top(self) -> None:
        """What failed and what to do stand at the top of a page, wherever it was left."""
        self.query_one("#detail", Lines).scroll_home(animate=False)

    def go_to(self, key: Hashable, *, typed: str | None) -> None:
        """Show what another tab asked for: rows that match ``typed``, the row ``key``, or both."""
        if typed is not None:
            self.search(typed)
        if key is not None:
            self.open(key)

    def search(self, typed: str) -> None:
        """Filter by ``typed`` as if it had been typed."""
        self.remove_class("-detail")
        super().search(typed)

    @work(exclusive=True, group="detail")
    async def read_detail(self, key: Hashable) -> None:
        """Ask for the detail of ``key`` and show it."""
        detail = self.query_one("#detail", Lines)
        try:
            whole = await self.read_whole(key)
        except ControlError as error:
            if key == self._detail_key and self.session.model.link.live:
                detail.show([line(Span(error.message.error, Tone.BAD))])
                if isinstance(error, DaemonUnreachable):
                    self.set_timer(AGAIN_SECONDS, partial(self._read_again, key))
            return
        if key == self._detail_key:
            self._detail = whole
            detail.show_drawn(self.draw(whole))

    def _read_again(self, key: Hashable) -> None:
        """One connection broke, the link did not: the page is asked for once more."""
        if key == self._detail_key and self._detail is None and self.session.model.link.live:
            self.read_detail(key)

    def on_resize(self) -> None:
        """A screen that became wide shows the detail of the row under the cursor."""
        self.call_after_refresh(self._fill_detail)

    def _fill_detail(self) -> None:
        if self.shows_detail and self._detail_key is not None and self._detail is None:
            self.read_detail(self._detail_key)

    def action_back(self) -> None:
        """Leave the filter, then the detail, then take away marks, then drop the filter."""
        if self.has_class("-detail") and not self.filter_input.has_focus:
            self.remove_class("-detail", "-zoomed")
            self.table.focus()
        else:
            super().action_back()

    def action_zoom(self) -> None:
        """Give list or detail, whichever has the keys, the whole width, or share it again."""
        self.set_class(not self.table.has_focus, "-detail")
        self.toggle_class("-zoomed")

    # Related rows on other tabs

    def action_order_of_it(self) -> None:
        """Show the order the selected row is about."""
        self._go_to_related("orders", self.order_of)

    def action_job_of_it(self) -> None:
        """Show the job the selected row came from or led to."""
        self._go_to_related("jobs", self.job_of)

    def action_log_of_it(self) -> None:
        """Show the log of the order the selected row is about."""
        number = None if self.selected is None else self.order_of(self.selected)
        if number is None:
            self.say("This row is about no order.")
        else:
            self.post_message(self.Goto("log", typed=f"order:{shlex.quote(number)}"))

    def _go_to_related(self, mode: str, key_of: Callable[[Row | Whole], Hashable]) -> None:
        key = None if self.selected is None else key_of(self.selected)
        if key is None:
            self.say("There is none for this row.")
        else:
            self.post_message(self.Goto(mode, key))
