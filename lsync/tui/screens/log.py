"""The sync log: search as you type, follow or pause, detail."""

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar

from textual.binding import Binding

from lsync.core.control.messages import LogEntry
from lsync.tui.model import Subject
from lsync.tui.screens.list_pane import ListPane
from lsync.tui.view.commands import Copy, log_commands
from lsync.tui.view.facts import Facts, log_facts
from lsync.tui.view.log import log_detail, log_table
from lsync.tui.view.query import LOG_NAMES
from lsync.tui.view.spans import Line
from lsync.tui.view.table import Table


class LogPane(ListPane[LogEntry, LogEntry]):
    """All entries, newest first. The first row is followed unless the log is paused."""

    mode = "log"
    subject = Subject.LOG
    names = LOG_NAMES
    BINDINGS: ClassVar[list[Any]] = [
        Binding("f", "follow", "Follow/pause"),
    ]
    _paused = False

    def make_table(self) -> Table[LogEntry]:
        """The table of entries."""
        return log_table(self.session.moment)

    def facts(self, row: LogEntry) -> Facts:
        """What a row says about the names of the filter."""
        return log_facts(row, self.session.moment())

    def page(self, whole: LogEntry) -> Sequence[Line]:
        """The detail page."""
        return log_detail(whole, self.session.moment())

    async def read_whole(self, key: Hashable) -> LogEntry:
        """Ask for one entry."""
        return await self.session.ask(lambda client: client.log_entry(int(str(key))))

    def order_of(self, row: LogEntry) -> str | None:
        """The order the entry is about."""
        return row.order_number

    def job_of(self, row: LogEntry) -> int | None:
        """The job that wrote the entry."""
        return row.job_id

    def has_failed(self, row: LogEntry) -> bool:
        """``n`` stops at failures."""
        return row.status == "failed"

    def show_rows(self, rows: Sequence[LogEntry]) -> None:
        """Show the entries; a cursor on the first row stays on the newest entry."""
        if not self._paused:
            self.table.show(
                self.matching(rows), follow=self.table.cursor == 0, empty=self.empty_words()
            )

    def action_follow(self) -> None:
        """Hold the list still, or follow it again."""
        self._paused = not self._paused
        self.say("Paused: f follows again." if self._paused else "Following.")
        if not self._paused:
            self.table.go(0)
            self.show_rows(self.session.listing(self.subject).items)

    def copies(self) -> list[Copy]:
        """What can be copied of the entry."""
        entry = self.selected
        if entry is None:
            return []
        return log_commands(entry.order_number, entry.message)
