"""What the tabs with a list share: table, detail beside or instead of it, and the filter."""

import shlex
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import on, work
from textual.binding import Binding
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from lsync.core.control.client import ControlError
from lsync.core.control.messages import ErrorMessage
from lsync.tui.model import Subject, Touch
from lsync.tui.screens.base import NOT_READ, Pane
from lsync.tui.session import Session
from lsync.tui.view.query import Query, parse_query
from lsync.tui.view.spans import Line, Span, Tone, line
from lsync.tui.view.table import Table, holds_text
from lsync.tui.widgets.filter_input import FilterInput
from lsync.tui.widgets.line_table import LineTable
from lsync.tui.widgets.lines import Lines

Row = TypeVar("Row")
Whole = TypeVar("Whole")

TYPING_SECONDS = 0.15
"""Rest after a key before the daemon is asked: one question per word, not per letter."""
RELOAD_SECONDS = 1.0
"""Shortest time between two readings of a list that events made stale."""


class ListPane(Pane, Generic[Row, Whole]):
    """A list of rows; a row opens as a detail page that was asked for whole."""

    AUTO_FOCUS = "#table"
    subject: ClassVar[Subject]
    names: ClassVar[Mapping[str, str]]
    """What may stand before a colon in the filter, and the daemon's name for it."""
    daemon_finds_text: ClassVar[bool] = True
    """Whether the daemon looks for words; otherwise they are looked for in the rows read."""
    BINDINGS: ClassVar[list[Any]] = [
        Binding("slash", "filter", "Filter"),
        Binding("escape", "back", "Back", show=False),
        Binding("n", "next_failed(1)", "Next failed", show=False),
        Binding("N", "next_failed(-1)", "Previous failed", show=False),
        Binding("l", "log_of_it", "Its log", show=False),
        Binding("P", "order_of_it", "Its order", show=False),
        Binding("J", "job_of_it", "Its job", show=False),
    ]

    def __init__(self, session: Session) -> None:
        """Start without detail and filter."""
        super().__init__(session)
        self._detail_key: Hashable = None
        self._detail: Whole | None = None
        self._typing: Timer | None = None
        self._resting: Timer | None = None
        self._text = ""

    # What a tab says about its rows

    def make_table(self) -> Table[Row]:
        """The table of rows."""
        raise NotImplementedError  # abstract: every pane or dialog says its own

    def page(self, whole: Whole) -> Sequence[Line]:
        """The detail page."""
        raise NotImplementedError  # abstract: every pane or dialog says its own

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

    def has_failed(self, row: Row) -> bool:
        """Whether ``n`` stops at a row."""
        raise NotImplementedError  # abstract: every pane or dialog says its own

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
        with Horizontal(id="body"):
            yield LineTable(self.make_table(), id="table")
            yield Lines(id="detail", wraps=True, can_focus=True)
        yield FilterInput(
            self._keep_filter, placeholder=f"words, {' '.join(f'{n}:' for n in self.names)}"
        )

    def on_mount(self) -> None:
        """The filter shows once it is asked for."""
        self.query_one("#filter", Input).display = False

    @property
    def table(self) -> LineTable[Row]:
        """The list."""
        return self.query_one("#table", LineTable)

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
        """Show changed rows; ask again for what events have made stale."""
        listing = self.session.listing(self.subject)
        if any(touch.subject is self.subject for touch in touched):
            self.show_rows(listing.items)
        if listing.stale and self.session.model.link.live:
            self._reload_soon()
        if self.shows_detail and self._concerns_detail(touched):
            self.read_detail(self._detail_key)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show the rows of the list that hold the words looked for."""
        self.table.show(self.matching(rows), empty=self.empty_words())
        if self.table.selected is None and not self.has_class("-detail"):
            self._detail_key = self._detail = None
            self.query_one("#detail", Lines).show(())

    def matching(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows that hold the words which the daemon does not look for."""
        if not self._text:
            return rows
        return [row for row in rows if holds_text(self.table.cells_of(row), self._text)]

    def empty_words(self) -> str | None:
        """What an empty list says when the reason is not that there is nothing."""
        if self.session.model.status is None:
            return NOT_READ
        listing = self.session.listing(self.subject)
        if not listing.read:
            return "reading …"
        filtered = listing.query.active or self._text
        return "nothing matches the filter: Esc drops it" if filtered else None

    def _concerns_detail(self, touched: frozenset[Touch]) -> bool:
        if self._detail_key is None or not self.session.model.link.live:
            return False
        keys = {touch.key for touch in touched if touch.subject is self.subject}
        return self._detail_key in keys or Touch(Subject.LINK) in touched

    def _reload_soon(self) -> None:
        """Read the list now, or at the end of the rest after the last reading."""
        if self._resting is None:
            self._resting = self.set_timer(RELOAD_SECONDS, self._rested)
            self.load_list()

    def _rested(self) -> None:
        self._resting = None
        if self.session.listing(self.subject).stale and self.session.model.link.live:
            self._reload_soon()

    @work(exclusive=True, group="list")
    async def load_list(self) -> None:
        """Read the list anew."""
        try:
            await self.session.load(self.subject)
        except ControlError as error:
            self.session.listing(self.subject).stale = not self.session.model.link.live
            self.refuse("reading", error)

    @on(LineTable.NearEnd)
    def _want_more(self) -> None:
        self.load_more()

    @work(exclusive=True, group="more")
    async def load_more(self) -> None:
        """Read the page below."""
        try:
            await self.session.more(self.subject)
        except ControlError as error:
            self.refuse("reading", error)

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
        self.read_detail(key)

    def go_to(self, key: Hashable, *, typed: str | None) -> None:
        """Show what another tab asked for: rows that match ``typed``, or the row ``key``."""
        if typed is not None:
            self.search(typed)
        else:
            self.open(key)

    def search(self, typed: str) -> None:
        """Filter by ``typed`` as if it had been typed."""
        self.remove_class("-detail")
        field = self.query_one("#filter", Input)
        field.display = True
        field.value = typed
        self.table.focus()

    @work(exclusive=True, group="detail")
    async def read_detail(self, key: Hashable) -> None:
        """Ask for the detail of ``key`` and show it."""
        detail = self.query_one("#detail", Lines)
        try:
            whole = await self.read_whole(key)
        except ControlError as error:
            if key == self._detail_key and self.session.model.link.live:
                detail.show([line(Span(error.message.error, Tone.BAD))])
            return
        if key == self._detail_key:
            self._detail = whole
            detail.show(self.page(whole))

    def on_resize(self) -> None:
        """A screen that became wide shows the detail of the row under the cursor."""
        self.call_after_refresh(self._fill_detail)

    def _fill_detail(self) -> None:
        if self.shows_detail and self._detail_key is not None and self._detail is None:
            self.read_detail(self._detail_key)

    def action_back(self) -> None:
        """Leave the filter, then the detail, then take away marks, then drop the filter."""
        field = self.query_one("#filter", Input)
        if self.table.marked and self.table.has_focus:
            self.table.unmark()
        elif field.has_focus or (not self.has_class("-detail") and field.value):
            field.value = ""
            field.display = False
        else:
            self.remove_class("-detail")
        self.table.focus()

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

    # Filtering

    def action_filter(self) -> None:
        """Type a filter."""
        field = self.query_one("#filter", Input)
        field.display = True
        self.set_focus(field)

    @on(Input.Changed, "#filter")
    def _typed(self) -> None:
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_SECONDS, self._apply_filter)

    def _keep_filter(self) -> None:
        field = self.query_one("#filter", Input)
        field.display = bool(field.value)
        self.set_focus(self.table)

    def _apply_filter(self) -> None:
        query = parse_query(self.query_one("#filter", Input).value, names=self.names)
        if not self.daemon_finds_text:
            self._text, query = query.text, Query("", query.values)
            self.show_rows(self.session.listing(self.subject).items)
        self.session.filter(self.subject, query)
        if self.session.listing(self.subject).stale and self.session.model.link.live:
            self.load_list()

    def action_next_failed(self, step: int) -> None:
        """Go to the next or previous row that failed."""
        rows = list(self.table.items)
        here = self.table.cursor
        order = range(here + 1, len(rows)) if step > 0 else range(here - 1, -1, -1)
        for index in order:
            if self.has_failed(rows[index]):
                self.table.go(index)
                return
        self.say("No further failed row among those read.")
