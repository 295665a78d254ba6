"""The dashboard: it puts session and screens together. What they do is theirs."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import work
from textual.app import App
from textual.binding import Binding

from lsync.core.control.client import ControlError
from lsync.core.domain.sanitise import visible
from lsync.tui import terminal
from lsync.tui.countdown import Action
from lsync.tui.link import Connect
from lsync.tui.model import Subject, Touch
from lsync.tui.pulse import Pulse
from lsync.tui.screens.base import Pane, sentences
from lsync.tui.screens.list_pane import ListPane
from lsync.tui.screens.panes import PANES
from lsync.tui.session import Session
from lsync.tui.view.frame import TABS

PULSE_SECONDS = 0.25
"""Changes are shown together, at most four times a second."""


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


class DashboardApp(App[None]):
    """The terminal dashboard over one daemon."""

    CSS_PATH = Path(__file__).with_name("dashboard.tcss")
    TITLE = "lsync"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[Any]] = [
        *(Binding(key, f"tab('{mode}')", title, show=False) for key, mode, title in TABS),
        Binding("right_square_bracket", "turn(1)", "Next tab", show=False),
        Binding("left_square_bracket", "turn(-1)", "Previous tab", show=False),
        Binding("z", "take_back", "Take back", show=False),
        Binding("q", "quit", "Quit"),
        Binding("ctrl+c", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(
        self,
        connect: Connect,
        *,
        clock: Callable[[], datetime] = now,
        zone: tzinfo | None = None,
        start: str = "overview",
        pulse_seconds: float = PULSE_SECONDS,
        few_colours: bool = False,
        **session: Any,
    ) -> None:
        """``connect`` finds the daemon, each time anew; ``start`` is the first tab.

        Further arguments are those of ``Session``.
        """
        super().__init__(ansi_color=few_colours or None)
        self.theme = "ansi-dark" if few_colours else "textual-dark"
        self.animation_level = "none"
        self.pulse = Pulse(self._show, later=self.set_timer, seconds=pulse_seconds)
        self.session = Session(connect, notify=self.pulse.touch, clock=clock, zone=zone, **session)
        self._start = start
        for mode, pane in PANES.items():
            self.add_mode(mode, partial(pane, self.session))

    async def on_mount(self) -> None:
        """Show the first tab and start following the daemon."""
        await self.switch_mode(self._start)
        self.follow()
        self.set_interval(1.0, self._tick)
        if not self.is_headless:
            terminal.install_signal_handlers(lambda code: self.exit(return_code=code))

    @work(exclusive=True, group="link")
    async def follow(self) -> None:
        """Keep the session's model in step with the daemon for as long as the app runs."""
        await self.session.link.run()

    def _show(self, touched: frozenset[Touch]) -> None:
        if Touch(Subject.LINK) in touched and not self.session.may_act:
            self.action_take_back(why="taken back, the daemon is gone")
        for screen in self.screen_stack:
            if isinstance(screen, Pane):
                screen.show(touched)

    def _tick(self) -> None:
        """Once a second: what has become due, and the age of data that is not live."""
        if not self.is_headless and terminal.terminal_is_gone():
            self.exit(return_code=129)
        waiting = bool(self.session.countdown.waiting)
        for action in self.session.countdown.due(now=self.session.clock()):
            self.perform(action)
        if waiting or not self.session.model.link.live:
            self.pulse.touch(frozenset({Touch(Subject.FRAME)}))

    @work(group="actions")
    async def perform(self, action: Action) -> None:
        """Carry out an action and say how it went."""
        try:
            said = await action.work()
        except ControlError as error:
            self.notify(
                sentences(error), title=visible(action.words), severity="error", markup=False
            )
        else:
            self.notify(visible(said, keep_lines=True), markup=False)
        self.session.link.look()

    async def on_pane_goto(self, message: Pane.Goto) -> None:
        """Show something of another tab."""
        await self.switch_mode(message.mode)
        if isinstance(self.screen, ListPane):
            self.call_after_refresh(self.screen.go_to, message.key, typed=message.typed)

    def action_tab(self, mode: str) -> None:
        """Go to a tab."""
        self.switch_mode(mode)

    def action_turn(self, step: int) -> None:
        """Go to a neighbouring tab."""
        modes = [mode for _, mode, _ in TABS]
        self.switch_mode(modes[(modes.index(self.current_mode) + step) % len(modes)])

    async def action_filter_orders(self) -> None:
        """Go to the orders with the filter open, so that what is typed next narrows them."""
        await self.switch_mode("orders")
        if isinstance(self.screen, ListPane):
            self.screen.action_filter()

    def action_take_back(self, why: str = "taken back") -> None:
        """Forget the actions that are about to start."""
        for action in self.session.countdown.take_back():
            self.notify(visible(f"{action.words}: {why}"), markup=False)
        self.pulse.touch(frozenset({Touch(Subject.FRAME)}))


def run(connect: Connect, *, mouse: bool = True, **options: Any) -> int:
    """Run the dashboard until the person leaves and return the exit code.

    ``options`` are those of ``DashboardApp``.
    """
    app = DashboardApp(connect, few_colours=terminal.few_colours(), **options)
    app.run(mouse=mouse)
    return app.return_code or 0
