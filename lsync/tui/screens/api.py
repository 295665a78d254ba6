"""Calls to Lightspeed: status, latency, and each exchange whole."""

from collections.abc import Hashable, Iterable, Sequence

from textual.widget import Widget

from lsync.core.control.messages import ApiCall
from lsync.tui.model import Subject
from lsync.tui.screens.list_pane import ListPane
from lsync.tui.view.api import api_chart, api_detail, api_summary, api_table, has_failed
from lsync.tui.view.commands import Copy, call_commands
from lsync.tui.view.facts import Facts, call_facts
from lsync.tui.view.query import API_NAMES
from lsync.tui.view.table import Table
from lsync.tui.widgets.lines import Draw, Lines


class ApiPane(ListPane[ApiCall, ApiCall]):
    """All exchanges, newest first."""

    mode = "api"
    subject = Subject.API
    names = API_NAMES

    def make_table(self) -> Table[ApiCall]:
        """The table of exchanges."""
        return api_table(self.session.moment)

    def facts(self, row: ApiCall) -> Facts:
        """What a row says about the names of the filter."""
        return call_facts(row, self.session.moment())

    def draw(self, whole: ApiCall) -> Draw:
        """The detail page, for a width."""
        moment = self.session.moment()
        return lambda width, _height: api_detail(whole, moment, width=width)

    def compose_above(self) -> Iterable[Widget]:
        """A summary of the calls read."""
        yield Lines(id="summary")

    def show_rows(self, rows: Sequence[ApiCall]) -> None:
        """Show the calls, and what they come to."""
        super().show_rows(rows)
        status, moment = self.session.model.status, self.session.moment()
        budget = None if status is None else status.budget
        summary = self.query_one("#summary", Lines)
        summary.display = bool(rows)
        summary.show_drawn(
            lambda width, _height: [
                *api_summary(rows, budget, moment),
                *api_chart(rows, moment, width=width),
            ]
        )

    async def read_whole(self, key: Hashable) -> ApiCall:
        """Ask for one exchange with headers and bodies."""
        return await self.session.ask(lambda client: client.api_call(int(str(key))))

    def order_of(self, row: ApiCall) -> str | None:
        """The order the call was made for."""
        return row.order_number

    def job_of(self, row: ApiCall) -> int | None:
        """The job that made the call."""
        return row.job_id

    def copies(self) -> list[Copy]:
        """What can be copied of the exchange."""
        call = self.selected
        return [] if call is None else call_commands(call.id, call.order_number, call.request_id)

    def has_failed(self, row: ApiCall) -> bool:
        """``n`` stops at exchanges that failed."""
        return has_failed(row)
