"""What every tab shares: header, banner, countdown, footer, and asking before acting."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from lsync.core.control.client import ControlError
from lsync.core.domain.sanitise import visible
from lsync.tui.countdown import Action
from lsync.tui.model import EVERYTHING, Subject, Touch
from lsync.tui.screens.bulk import BulkScreen
from lsync.tui.screens.confirm import ConfirmScreen
from lsync.tui.screens.copy import CopyScreen
from lsync.tui.screens.help import HelpScreen
from lsync.tui.screens.told import ToldScreen
from lsync.tui.session import Session
from lsync.tui.view.commands import Copy, view_command
from lsync.tui.view.frame import banner_lines, header_line, tab_at, tabs_line
from lsync.tui.view.spans import Line, line
from lsync.tui.widgets.key_line import KeyLine
from lsync.tui.widgets.lines import Lines
from lsync.tui.widgets.toned import TONE_CLASSES

if TYPE_CHECKING:
    from lsync.tui.app import DashboardApp

ACTING = frozenset(
    {
        "retry",
        "cancel",
        "discard",
        "sync",
        "sync_many",
        "approve",
        "subscribe",
        "unsubscribe",
        "replay",
        "pause",
        "hold",
        "note",
        "take",
        "import",
        "edit",
        "edit_payload",
    }
)
"""Actions that change something: off while the link is lost or the dashboard only reads."""
ASKING = frozenset(
    {"plan", "subscriptions", "test", "diff", "history", "decisions", "map", "errors", "export"}
)
"""Actions that only read, but need the daemon."""

FRAMED = frozenset({Subject.FRAME, Subject.LINK, Subject.STATUS})
"""Subjects that header, banner or countdown tell about."""
NOT_READ = "nothing read from the daemon yet"
BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
"""From so many columns on a screen has this class: wide ones show list and detail together."""
FOREIGN = frozenset({"screen.copy_text"})
"""Bindings of the framework that do nothing here."""
TURNING = frozenset({"app.focus_next", "app.focus_previous"})
"""Bindings of the framework that everybody knows: named last."""


def sentences(error: ControlError) -> str:
    """Return what happened, why and what to do next, one under the other."""
    said = (error.message.error, error.message.why, error.message.next_step)
    return visible("\n".join(filter(None, said)), keep_lines=True)


def why_off(session: Session, *, what: str) -> str:
    """Return why a key does nothing now, and what would change that."""
    if session.model.link.live:
        return f"{what}: not here, this lsync was started to read only."
    return f"{what}: not while the daemon is away. The dashboard goes on trying to reach it."


class Pane(Screen[None]):
    """A tab. ``mode`` is its name among the tabs."""

    mode: ClassVar[str]
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    COMPONENT_CLASSES: ClassVar[set[str]] = TONE_CLASSES
    BINDINGS: ClassVar[list[Any]] = [
        Binding("enter", "start_now", "Start now", show=False),
        Binding("Y", "copy_command", "Copy as a shell command", show=False),
        Binding("question_mark", "help", "Help"),
    ]

    @dataclass
    class Goto(Message):
        """Another tab should show something: a row by its key, or rows by a typed filter."""

        mode: str
        key: Hashable = None
        typed: str | None = None

    def __init__(self, session: Session) -> None:
        """``session`` is shared by all tabs."""
        super().__init__()
        self.session = session
        self._was_live: bool | None = None

    # What it looks like

    def compose(self) -> ComposeResult:
        """Put the frame around the body."""
        yield Lines(id="frame")
        yield Lines(id="banner", wraps=True)
        yield from self.compose_body()
        yield Lines(id="countdown")
        yield KeyLine(id="keys")

    def compose_body(self) -> Iterable[Widget]:
        """The widgets between header and footer."""
        raise NotImplementedError  # abstract: every pane or dialog says its own

    def on_screen_resume(self) -> None:
        """A tab that was hidden shows what happened meanwhile."""
        self.call_after_refresh(self.show, EVERYTHING)

    def show(self, touched: frozenset[Touch]) -> None:
        """Show what changed in the model; a tab that is being built or torn down has nowhere to."""
        if not self.is_mounted or not self.query("#frame"):
            return
        if any(touch.subject in FRAMED for touch in touched):
            self._show_frame()
        self.show_body(touched)

    def show_body(self, touched: frozenset[Touch]) -> None:
        """Show what changed between header and footer."""
        raise NotImplementedError  # abstract: every pane or dialog says its own

    def _show_frame(self) -> None:
        model, moment = self.session.model, self.session.moment()
        link = model.link

        def frame(width: int, _height: int) -> list[Any]:
            header = header_line(
                link.state,
                hello=model.hello,
                status=model.status,
                data_at=link.data_at,
                moment=moment,
                width=width,
                host=self.session.host,
            )
            return [header, tabs_line(self.mode)]

        self.query_one("#frame", Lines).show_drawn(frame)
        lines = banner_lines(
            link.state,
            reason=link.error.error if link.error else "",
            next_step=link.error.next_step if link.error else "",
            data_at=link.data_at,
            retry_at=link.retry_at,
            moment=moment,
        )
        self._show_strip("#banner", lines)
        count = self.session.countdown.line(now=moment.now)
        self._show_strip("#countdown", [count] if count else [])
        self._show_leave_to_act()

    def _show_strip(self, selector: str, lines: list[Any]) -> None:
        strip = self.query_one(selector, Lines)
        strip.display = bool(lines)
        strip.show(lines)

    def _show_leave_to_act(self) -> None:
        if self._was_live != self.session.may_act:
            self._was_live = self.session.may_act
            self.set_class(not self.session.model.link.live, "-stale")
            self.refresh_bindings()

    def on_click(self, event: events.Click) -> None:
        """A click on a tab opens it."""
        if event.widget is not None and event.widget.id == "frame" and event.y == 1:
            mode = tab_at(event.x)
            if mode is not None:
                self.app.switch_mode(mode)

    # Acting

    @property
    def dashboard(self) -> "DashboardApp":
        """The app, which performs actions."""
        return cast("DashboardApp", self.app)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what cannot be done without the daemon."""
        if action in ACTING and not self.session.may_act:
            return None
        if action in ASKING and not self.session.model.link.live:
            return None
        return super().check_action(action, parameters)

    def on_key(self, event: events.Key) -> None:
        """A key whose action is off says why, instead of nothing."""
        active = self.active_bindings.get(event.key)
        if active is None or active.enabled:
            return
        if active.binding.action.partition("(")[0] in ACTING | ASKING:
            event.stop()
            self.say(why_off(self.session, what=active.binding.description))

    def begin(self, action: Action, *, refused: str | None = None) -> None:
        """Let an action start after the time in which it can be taken back, or say why not."""
        if refused is not None:
            self.say(refused)
            return
        self.session.countdown.add(action, now=self.session.clock())
        self._start_due()

    def confirm(self, question: str, action: Action, *, refused: str | None = None) -> None:
        """Ask, with the focus on No; ``y`` alone performs the action."""
        self.confirm_lines("Are you sure?", [line(question)], action, refused=refused)

    def confirm_lines(
        self, title: str, lines: Sequence[Line], action: Action, *, refused: str | None = None
    ) -> None:
        """Ask like ``confirm``, showing ``lines``."""
        if refused is not None:
            self.say(refused)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.dashboard.perform(action)

        self.app.push_screen(ConfirmScreen(title, lines), answered)

    def tell(
        self, title: str, lines: Sequence[Line], *, then: Callable[[], None] = lambda: None
    ) -> None:
        """Show lines in a box, and call ``then`` when it is closed."""
        self.app.push_screen(ToldScreen(title, lines), lambda _none: then())

    def confirm_many(
        self,
        action: Action,
        *,
        title: str,
        count: int,
        noun: str,
        sample: Sequence[str],
        then: Callable[[], None],
    ) -> None:
        """Ask for the typed count, then perform the action and call ``then``."""

        def answered(yes: bool | None) -> None:
            if yes:
                self.dashboard.perform(action)
                then()

        box = BulkScreen(title, count=count, noun=noun, sample=sample)
        self.app.push_screen(box, answered)

    def say(self, text: str) -> None:
        """Tell the person something, as plain text."""
        self.notify(visible(text), severity="warning", markup=False)

    def refuse(self, words: str, error: ControlError) -> None:
        """Tell the person what failed, why, and what to do next."""
        self.notify(sentences(error), title=visible(words), severity="error", markup=False)

    def start_now(self) -> bool:
        """Start what is counting down; tell whether there was anything."""
        actions = self.session.countdown.start_now()
        for action in actions:
            self.dashboard.perform(action)
        self.show(frozenset({Touch(Subject.FRAME)}))
        return bool(actions)

    def _start_due(self) -> None:
        for action in self.session.countdown.due(now=self.session.clock()):
            self.dashboard.perform(action)
        self.show(frozenset({Touch(Subject.FRAME)}))

    def action_start_now(self) -> None:
        """Start what is counting down."""
        self.start_now()

    # Help and copying

    def copies(self) -> list[Copy]:
        """What can be copied of the selected row."""
        return []

    def action_copy_command(self) -> None:
        """Offer the commands of the selected row, and the one that opens what is shown."""
        here = view_command(self.mode, typed=self.typed_filter)
        self.app.push_screen(CopyScreen([*self.copies(), here]))

    @property
    def typed_filter(self) -> str:
        """The filter that narrows what is shown."""
        return ""

    def action_help(self) -> None:
        """Show the keys of the focused pane and what the signs mean."""
        seen: dict[str, str] = {}
        for active in self.keys_now():
            key, words = self.app.get_key_display(active.binding), active.binding.description
            seen[words] = f"{seen[words]} {key}" if words in seen else key
        self.app.push_screen(HelpScreen([(keys, what) for what, keys in seen.items()]))

    def keys_now(self) -> list[ActiveBinding]:
        """The keys that mean something: this tab's own, what moves in any list, then the rest."""
        order: dict[object, int] = {self: 0, self.focused: 1}

        def rank(active: ActiveBinding) -> int:
            return 3 if active.binding.action in TURNING else order.get(active.node, 2)

        found = [
            each
            for each in self.active_bindings.values()
            if each.binding.description
            and not each.binding.system
            and each.binding.action not in FOREIGN
        ]
        return sorted(found, key=rank)
