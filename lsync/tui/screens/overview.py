"""The overview: what waits for a person first, then the state of everything."""

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widget import Widget

from lsync.core.control.messages import LogEntry, OrderDetail, OrderSummary, StatusMessage
from lsync.tui.model import Subject, Touch
from lsync.tui.screens.adjustments import FailedAdjustments
from lsync.tui.screens.base import NOT_READ
from lsync.tui.screens.order_changes import OrderChanges
from lsync.tui.view.attention import ADJUSTMENTS, DECISIONS, Waiting, attention, attention_table
from lsync.tui.view.log import log_table
from lsync.tui.view.overview import orders_line, queue_panel, state_panel, waiting_line
from lsync.tui.widgets.line_table import LineTable
from lsync.tui.widgets.lines import Lines


class OverviewPane(OrderChanges, FailedAdjustments):
    """Live counts, workers, budget, health, throughput, recent syncs."""

    mode = "overview"
    BINDINGS: ClassVar[list[Any]] = [
        # With priority the app itself changes the tab, before it passes on the keys typed next:
        # otherwise the first letters of the filter would act as commands here.
        Binding("slash", "app.filter_orders", "Filter", show=False, priority=True),
    ]

    def compose_body(self) -> Iterable[Widget]:
        """Orders that wait, the panels, recent syncs."""
        yield LineTable(attention_table(), id="attention", marks=False)
        yield Lines(id="orders")
        with Horizontal(id="panels"):
            yield Lines(id="queue")
            yield Lines(id="state")
        yield LineTable(log_table(self.session.moment), id="recent", marks=False)

    def on_mount(self) -> None:
        """What waits for a person has the keys."""
        self.query_one("#attention", LineTable).focus()

    @property
    def selected_order(self) -> OrderSummary | OrderDetail | None:
        """The order that waits and is under the cursor; other rows are none."""
        row = self._attention.selected
        return row.order if row is not None and self._attention.has_focus else None

    def show_body(self, touched: frozenset[Touch]) -> None:
        """Show a new status."""
        status = self.session.model.status
        if status is None:
            self._attention.show((), empty=NOT_READ)
            self._recent.show((), empty=NOT_READ)
        elif any(touch.subject in {Subject.STATUS, Subject.LINK} for touch in touched):
            self._show_status(status)

    def _show_status(self, status: StatusMessage) -> None:
        moment = self.session.moment()
        waiting = attention(status, moment)
        self._attention.show(waiting)
        self._give_attention_room()
        self.query_one("#orders", Lines).show([orders_line(status)])
        self.query_one("#queue", Lines).show_drawn(
            lambda width, _height: [
                *queue_panel(status.queue, width=width),
                (),
                waiting_line(status.queue),
            ]
        )
        self.query_one("#state", Lines).show_drawn(
            lambda width, height: state_panel(status, moment, width=width, height=height)
        )
        self._recent.show(status.recent, follow=self._recent.cursor == 0)

    def _give_attention_room(self) -> None:
        """What waits takes a quarter of the screen, or less."""
        rows = max(1, len(self._attention.items))
        self._attention.styles.height = min(rows, max(1, self.size.height // 4)) + 1

    def on_resize(self) -> None:
        """A screen that grew again shows again what it had no room for."""
        self._give_attention_room()

    @property
    def _attention(self) -> LineTable[Waiting]:
        return self.query_one("#attention", LineTable)

    @property
    def _recent(self) -> LineTable[LogEntry]:
        return self.query_one("#recent", LineTable)

    @on(LineTable.Opened, "#attention")
    def _open_waiting(self) -> None:
        row = self._attention.selected
        if self.start_now() or row is None:
            return
        if row.key == DECISIONS:
            self.action_decisions()
        elif row.key == ADJUSTMENTS:
            self.show_adjustments()
        else:
            self.post_message(self.Goto(row.tab, row.opens, row.typed))

    @on(LineTable.Opened, "#recent")
    def _open_entry(self, message: LineTable.Opened) -> None:
        if not self.start_now():
            self.post_message(self.Goto("log", message.key))
