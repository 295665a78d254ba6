"""The dashboard: it puts session and tabs together. What they do is theirs."""

from collections.abc import Callable, Hashable
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding

from lsync.core.control.client import ControlError
from lsync.core.domain.sanitise import visible
from lsync.tui import terminal
from lsync.tui.countdown import Action
from lsync.tui.leaving import ACTIONS
from lsync.tui.link import Connect
from lsync.tui.model import Subject, Touch
from lsync.tui.palette import DashboardCommands
from lsync.tui.preferences import Preferences, load_preferences, save_preferences
from lsync.tui.pulse import Pulse
from lsync.tui.screens.base import Pane, sentences
from lsync.tui.screens.panes import PANES
from lsync.tui.session import Session
from lsync.tui.tabs import TabbedApp

PULSE_SECONDS = 0.3
"""Changes are shown together, at most this often: faster than eyes follow costs CPU only."""


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


class DashboardApp(TabbedApp):
    """The terminal dashboard over one daemon."""

    CSS_PATH = Path(__file__).with_name("dashboard.tcss")
    TITLE = "lsync"
    COMMANDS: ClassVar[Any] = {DashboardCommands}
    BINDINGS: ClassVar[list[Any]] = [
        Binding("colon", "command_palette", "Find a command", show=False),
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
        start: str | None = None,
        typed: str | None = None,
        key: Hashable = None,
        pulse_seconds: float = PULSE_SECONDS,
        few_colours: bool = False,
        **session: Any,
    ) -> None:
        """``connect`` finds the daemon, each time anew; ``start`` is the first tab.

        ``typed`` is its filter, ``key`` the row that is opened. Further arguments are those of
        ``Session``.
        """
        kept: Preferences = session.setdefault("preferences", Preferences())
        super().__init__(few_colours=few_colours, theme=kept.theme)
        self.pulse = Pulse(
            self._show,
            later=self.set_timer,
            seconds=pulse_seconds,
            congested=lambda: terminal.output_is_congested(self._driver),
        )
        self.session = Session(connect, notify=self.pulse.touch, clock=clock, zone=zone, **session)
        self._first = (start or (kept.tab if kept.tab in PANES else "overview"), key, typed)
        self.add_tabs(self.session)

    async def on_mount(self) -> None:
        """Show the first tab and start following the daemon."""
        mode, key, typed = self._first
        await self.go_to(mode, key=key, typed=typed)
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

    @work(group=ACTIONS)
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

    def action_take_back(self, why: str = "taken back") -> None:
        """Forget the actions that are about to start."""
        for action in self.session.countdown.take_back():
            self.notify(visible(f"{action.words}: {why}"), markup=False)
        self.pulse.touch(frozenset({Touch(Subject.FRAME)}))

    def preferences(self) -> Preferences:
        """How the person leaves it, for the next run."""
        kept = self.session.preferences
        return kept.model_copy(update={"tab": self.current_mode, "theme": self.theme})


def run(
    connect: Connect, *, mouse: bool = True, kept_in: Path | None = None, **options: Any
) -> int:
    """Run the dashboard until the person leaves and return the exit code.

    What it remembers between runs lies in the file ``kept_in``. ``options`` are those of
    ``DashboardApp``.
    """
    if kept_in is not None:
        options.setdefault("preferences", load_preferences(kept_in))
    app = DashboardApp(connect, few_colours=terminal.few_colours(), **options)
    app.run(mouse=mouse)
    if kept_in is not None:
        save_preferences(kept_in, app.preferences())
    return app.return_code or 0
