"""What the tabs with a list share: the table, the filter above it, and reading rows on demand."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import on, work
from textual.binding import Binding
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from lsync.core.control.client import ControlError, DaemonUnreachable
from lsync.core.domain.filter_language import Fact
from lsync.tui.listing import LONGEST
from lsync.tui.model import Subject, Touch
from lsync.tui.screens.base import NOT_READ, Pane
from lsync.tui.session import Session
from lsync.tui.still import Still
from lsync.tui.view.frame import still_line
from lsync.tui.view.query import Names, Query, parse_query
from lsync.tui.view.spans import text_of
from lsync.tui.view.table import Table
from lsync.tui.widgets.filter_input import FilterInput
from lsync.tui.widgets.line_table import NEAR_END, LineTable
from lsync.tui.widgets.lines import Lines

Row = TypeVar("Row")

TYPING_SECONDS = 0.15
"""Rest after a key before the daemon is asked: one question per word, not per letter."""
RELOAD_SECONDS = 1.0
"""Shortest time between two readings of a list that events made stale."""


class RowsPane(Pane, Generic[Row]):
    """A list of rows that can be filtered; ``n`` and ``N`` step through those that failed."""

    AUTO_FOCUS = "#table"
    subject: ClassVar[Subject]
    names: ClassVar[Names]
    marks: ClassVar[bool] = False
    """Whether keys act on marked rows."""
    BINDINGS: ClassVar[list[Any]] = [
        Binding("slash", "filter", "Filter"),
        Binding("escape", "back", "Back", show=False),
        Binding("n", "next_failed(1)", "Next failed", show=False),
        Binding("N", "next_failed(-1)", "Previous failed", show=False),
        Binding("F", "freeze", "Hold the list still/go on", show=False),
    ]

    def __init__(self, session: Session) -> None:
        """Start with the filter of the last run."""
        super().__init__(session)
        self._typing: Timer | None = None
        self._resting: Timer | None = None
        self._still: Still[Row] | None = None

    # What a tab says about its rows

    def make_table(self) -> Table[Row]:
        """The table of rows."""
        raise NotImplementedError  # abstract: every pane or dialog says its own

    def facts(self, row: Row) -> Mapping[str, Fact]:
        """What a row says about the names of the filter."""
        raise NotImplementedError  # abstract: every pane or dialog says its own

    def has_failed(self, row: Row) -> bool:
        """Whether ``n`` stops at a row."""
        raise NotImplementedError  # abstract: every pane or dialog says its own

    # Composition

    def compose_list(self) -> Iterable[Widget]:
        """The table."""
        yield LineTable(self.make_table(), id="table", marks=self.marks)

    def compose_filter(self) -> Iterable[Widget]:
        """The line in which a filter is typed."""
        yield Lines(id="still")
        offered = " ".join(f"{name}:" for name in self.names.asked or self.names.rows)
        yield FilterInput(self._keep_filter, placeholder=f"words, !word, {offered} age>1h")

    def on_mount(self) -> None:
        """The filter shows once it is asked for, or if the last run ended with one."""
        kept = self.session.preferences.filters.get(self.mode, "")
        self.query_one("#still", Lines).display = False
        self.filter_input.value = kept
        self.filter_input.display = bool(kept)
        self.session.filter(self.subject, self._query(kept))
        self.table.sort_by(self.session.preferences.sorts.get(self.mode))

    @property
    def table(self) -> LineTable[Row]:
        """The list."""
        return self.query_one("#table", LineTable)

    @property
    def filter_input(self) -> Input:
        """The line in which a filter is typed."""
        return self.query_one("#filter", Input)

    @property
    def typed_filter(self) -> str:
        """What is typed in the line of the filter."""
        return self.filter_input.value.strip()

    # Showing

    def show_body(self, touched: frozenset[Touch]) -> None:
        """Show changed rows; ask again for what events have made stale."""
        listing = self.session.listing(self.subject)
        if any(touch.subject is self.subject for touch in touched):
            self.show_rows(listing.items)
        if listing.stale and self.session.model.link.live:
            self._reload_soon()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show the rows of the list that pass the filter; a list that is held still only grows."""
        if self._still is not None:
            rows = self._still.take(rows)
            self._show_still(self._still)
        shown = self.matching(rows)
        self.table.show(shown, follow=self.follows, empty=self.empty_words())

    @property
    def follows(self) -> bool:
        """Whether the cursor stays on the first row, whichever comes."""
        return False

    def matching(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows that pass what the daemon does not look for itself; reads on for more."""
        query = self.session.listing(self.subject).query
        if not query.terms:
            return rows
        shown = self.table.cells_of
        kept = [row for row in rows if query.keeps(self.facts(row), text_of(shown(row)))]
        if len(kept) < NEAR_END and len(rows) < LONGEST:
            self.load_more()
        return kept

    def empty_words(self) -> str | None:
        """What an empty list says when the reason is not that there is nothing."""
        if self.session.model.status is None:
            return NOT_READ
        listing = self.session.listing(self.subject)
        if not listing.read:
            return "reading …"
        if not listing.query.narrows:
            return None
        if listing.complete or not listing.query.terms:
            return "nothing matches the filter: Esc drops it"
        return f"nothing matches among the newest {len(listing.items)}: Esc drops the filter"

    # Holding still

    def action_freeze(self) -> None:
        """Hold the list as it is, or let it go on with all that came meanwhile."""
        if self._still is None:
            listing = self.session.listing(self.subject)
            self._still = Still(listing.items, key=listing.key, since=self.session.clock())
            self._show_still(self._still)
        else:
            self._go_on()
            self.show_rows(self.session.listing(self.subject).items)

    def _go_on(self) -> None:
        self._still = None
        self.query_one("#still", Lines).display = False

    def _show_still(self, still: Still[Row]) -> None:
        strip = self.query_one("#still", Lines)
        strip.display = True
        strip.show([still_line(since=self.session.moment().clock(still.since), new=still.new)])

    # Reading

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
            broke = isinstance(error, DaemonUnreachable) or not self.session.model.link.live
            self.session.listing(self.subject).stale = broke
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

    # Filtering

    def search(self, typed: str) -> None:
        """Filter by ``typed`` as if it had been typed."""
        self.filter_input.display = True
        self.filter_input.value = typed
        self.table.focus()

    def action_filter(self) -> None:
        """Type a filter."""
        self.filter_input.display = True
        self.set_focus(self.filter_input)

    def action_back(self) -> None:
        """Take away the marks, else drop the filter."""
        if self.table.marked and self.table.has_focus:
            self.table.unmark()
        else:
            self.filter_input.value = ""
            self.filter_input.display = False
        self.table.focus()

    @on(Input.Changed, "#filter")
    def _typed(self) -> None:
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_SECONDS, self._apply_filter)

    def _keep_filter(self) -> None:
        self.filter_input.display = bool(self.filter_input.value)
        self.set_focus(self.table)

    def _apply_filter(self) -> None:
        self._go_on()
        typed = self.filter_input.value
        self.session.preferences.filters[self.mode] = typed
        listing = self.session.listing(self.subject)
        self.session.filter(self.subject, self._query(typed))
        if listing.stale and self.session.model.link.live:
            self.load_list()
        else:
            self.show_rows(listing.items)

    def _query(self, typed: str) -> Query:
        return parse_query(typed, names=self.names, moment=self.session.moment())

    @on(LineTable.Sorted, "#table")
    def _keep_order(self, message: LineTable.Sorted) -> None:
        self.session.preferences.sorts[self.mode] = message.order

    def action_next_failed(self, step: int) -> None:
        """Go to the next or previous row that failed; after the last comes the first again."""
        rows, here = self.table.items, self.table.cursor
        for distance in range(1, len(rows) + 1):
            index = (here + step * distance) % len(rows)
            if self.has_failed(rows[index]):
                self.table.go(index)
                return
        self.say("No failed row among those read.")
