"""The sync log: search as you type, follow or pause, detail."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding

from lsync.core.control.client import ControlError
from lsync.core.control.log_files import UnknownEndingError
from lsync.core.control.messages import LogEntry
from lsync.core.domain.sanitise import visible
from lsync.tui.exporting import export_log, usual_name
from lsync.tui.model import Subject
from lsync.tui.screens.list_pane import ListPane
from lsync.tui.screens.prompt import PromptScreen
from lsync.tui.view.commands import Copy, log_commands
from lsync.tui.view.facts import Facts, log_facts
from lsync.tui.view.log import log_detail, log_table
from lsync.tui.view.query import LOG_NAMES
from lsync.tui.view.spans import line, text_of
from lsync.tui.view.table import Table
from lsync.tui.widgets.lines import Draw

TOLD_ROWS = 10_000
"""How often a long export says how far it is."""


class LogPane(ListPane[LogEntry, LogEntry]):
    """All entries, newest first. The first row is followed unless the list is held still."""

    mode = "log"
    subject = Subject.LOG
    names = LOG_NAMES
    BINDINGS: ClassVar[list[Any]] = [
        Binding("f", "freeze", "Follow/pause"),
        Binding("e", "export", "Export"),
    ]

    def make_table(self) -> Table[LogEntry]:
        """The table of entries."""
        return log_table(self.session.moment)

    def facts(self, row: LogEntry) -> Facts:
        """What a row says about the names of the filter."""
        return log_facts(row, self.session.moment())

    def draw(self, whole: LogEntry) -> Draw:
        """The detail page, for a width."""
        moment = self.session.moment()
        return lambda width, _height: log_detail(whole, moment, width=width)

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

    @property
    def follows(self) -> bool:
        """A cursor on the first row stays on the newest entry, unless somebody reads one."""
        return self.table.cursor == 0 and not self.has_class("-detail")

    def action_freeze(self) -> None:
        """Hold the list still, or follow it again from the newest entry."""
        super().action_freeze()
        if self._still is None:
            self.table.go(0)

    def copies(self) -> list[Copy]:
        """What can be copied of the entry."""
        entry = self.selected
        if entry is None:
            return []
        return log_commands(entry.id, entry.order_number, entry.message, typed=self.typed_filter)

    def action_export(self) -> None:
        """Type the name of the file that the filtered log is written to."""

        def typed(name: str | None) -> None:
            if name:
                self.export(Path(name).expanduser())

        lines = [
            line("Everything that passes the filter, newest first, also what is not read yet."),
            line(".csv opens in a spreadsheet and runs no formula, .jsonl is for programs."),
        ]
        usual = usual_name(self.session.clock())
        self.app.push_screen(PromptScreen("Export the log", lines, value=usual), typed)

    @work(exclusive=True, group="export")
    async def export(self, file: Path) -> None:
        """Write the file and say where it is."""
        query = self.session.listing(self.subject).query

        def tell(rows: int) -> None:
            if rows % TOLD_ROWS == 0:
                self.notify(f"{rows:,} entries written …", timeout=2, markup=False)

        def keeps(entry: LogEntry) -> bool:
            shown = text_of(self.table.cells_of(entry))
            return query.keeps(self.facts(entry), shown)

        try:
            rows = await export_log(self.session, query, file, keeps=keeps, on_row=tell)
        except ControlError as error:
            self.refuse("export", error)
        except UnknownEndingError:
            self.say(f"{file.name}: name it something.csv or something.jsonl.")
        except OSError as error:
            self.say(f"{file} cannot be written: {error.strerror}.")
        else:
            entries = "1 entry" if rows == 1 else f"{rows:,} entries"
            self.notify(visible(f"{entries} written to {file}"), title="Exported", markup=False)
