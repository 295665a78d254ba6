"""The tabs of the dashboard and the ways between them."""

from collections.abc import Hashable
from functools import partial
from typing import Any, ClassVar

from textual.binding import Binding

from lsync.core.domain.sanitise import visible
from lsync.tui.screens.base import Pane
from lsync.tui.screens.list_pane import ListPane
from lsync.tui.screens.panes import PANES
from lsync.tui.session import Session
from lsync.tui.telling import TellingApp
from lsync.tui.view.frame import TABS


class TabbedApp(TellingApp):
    """An app whose modes are the tabs."""

    BINDINGS: ClassVar[list[Any]] = [
        *(Binding(key, f"tab('{mode}')", title, show=False) for key, mode, title in TABS),
        Binding("right_square_bracket", "turn(1)", "Next tab", show=False),
        Binding("left_square_bracket", "turn(-1)", "Previous tab", show=False),
        Binding("at", "show_deeds", "Who did what", show=False),
    ]

    def add_tabs(self, session: Session) -> None:
        """Make the tabs known; each is built when it is first seen."""
        self.moment = session.moment
        self._countdown = session.countdown
        for mode, pane in PANES.items():
            self.add_mode(mode, partial(pane, session))

    def why_stay(self) -> str | None:
        """An action that has not started yet would be forgotten."""
        waiting = ", ".join(each.action.words for each in self._countdown.waiting)
        if not waiting:
            return None
        return visible(
            f"Not started yet: {waiting}. Enter starts it now, z takes it back;"
            " q again leaves without it."
        )

    async def go_to(self, mode: str, *, key: Hashable = None, typed: str | None = None) -> None:
        """Go to a tab, and there to a row or to the rows of a typed filter, if asked for."""
        await self.switch_mode(mode)
        if isinstance(self.screen, ListPane) and (key is not None or typed is not None):
            self.call_after_refresh(self.screen.go_to, key, typed=typed)

    async def on_pane_goto(self, message: Pane.Goto) -> None:
        """Show something of another tab."""
        await self.go_to(message.mode, key=message.key, typed=message.typed)

    def action_tab(self, mode: str) -> None:
        """Go to a tab."""
        self.switch_mode(mode)

    def action_turn(self, step: int) -> None:
        """Go to a neighbouring tab."""
        modes = [mode for _, mode, _ in TABS]
        self.switch_mode(modes[(modes.index(self.current_mode) + step) % len(modes)])

    async def action_show_deeds(self) -> None:
        """Show what people have done, each with the name of the system's user."""
        await self.go_to("log", typed="operation:operator")

    async def action_filter_orders(self) -> None:
        """Go to the orders with the filter open, so that what is typed next narrows them."""
        await self.switch_mode("orders")
        if isinstance(self.screen, ListPane):
            self.screen.action_filter()
