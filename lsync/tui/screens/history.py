"""The history of an order, stepped through in time."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding

from lsync.core.control.client import ControlClient, ControlError
from lsync.core.control.messages import OrderAt, OrderHistory
from lsync.tui.screens.dialog import Dialog
from lsync.tui.session import Session
from lsync.tui.view.history import history_lines
from lsync.tui.view.spans import Line


class HistoryScreen(Dialog[None]):
    """Starts at the newest entry; ``,`` goes back in time and ``.`` forth."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("comma,left,p", "step(-1)", "Earlier"),
        Binding("full_stop,right", "step(1)", "Later"),
        Binding("enter", "close", "Close"),
    ]

    def __init__(self, history: OrderHistory, session: Session) -> None:
        """``session`` is asked how the order stood at each step."""
        super().__init__(
            f"History of {history.order_number}", hint=", earlier   . later   Esc closes"
        )
        self._history = history
        self._session = session
        self._place = max(0, len(history.entries) - 1)
        self._stood: dict[int, OrderAt | None] = {}

    def on_mount(self) -> None:
        """Read how the order stood at the newest entry."""
        self.read_around(self._place)

    def lines(self) -> list[Line]:
        """The entries and the order as it stood."""
        return history_lines(
            self._history,
            self._place,
            self._stood.get(self._place - 1),
            self._stood.get(self._place),
            self._session.moment(),
        )

    def action_step(self, step: int) -> None:
        """Go to the entry before or after."""
        last = max(0, len(self._history.entries) - 1)
        self._place = max(0, min(last, self._place + step))
        self.show(self.lines())
        self.read_around(self._place)

    @work(exclusive=True, group="history")
    async def read_around(self, place: int) -> None:
        """Read how the order stood at an entry and at the one before it."""
        for index in (place, place - 1):
            if index in self._stood or not 0 <= index < len(self._history.entries):
                continue
            try:
                then = await self._session.ask(self._at(self._history.entries[index].at))
            except ControlError:
                continue
            self._stood[index] = then.order
        if place == self._place:
            self.show(self.lines())

    def _at(self, moment: datetime) -> Callable[[ControlClient], Awaitable[OrderHistory]]:
        return lambda client: client.history(self._history.order_number, at=moment)
