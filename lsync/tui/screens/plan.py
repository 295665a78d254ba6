"""The plan of a sync: what it would do and cost. Nothing is written."""

from collections.abc import Callable
from typing import Any, ClassVar

from textual.binding import Binding

from lsync.core.control.messages import PlanMessage
from lsync.tui.screens.dialog import Dialog
from lsync.tui.view.plan import plan_lines
from lsync.tui.view.spans import Line
from lsync.tui.view.words import Moment


class PlanScreen(Dialog[bool]):
    """Shows a plan; ``s`` closes it with the wish to sync."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("s", "sync", "Sync"),
        Binding("d,enter", "close", "Close"),
    ]

    def __init__(self, plan: PlanMessage, moment: Callable[[], Moment]) -> None:
        """``plan`` is as the daemon answered."""
        super().__init__(f"Plan for {plan.order_number}", hint="s sync   Esc closes")
        self._plan = plan
        self._moment = moment

    def lines(self) -> list[Line]:
        """The plan."""
        return plan_lines(self._plan, self._moment())

    def action_sync(self) -> None:
        """Close with the wish to sync."""
        self.dismiss(True)
