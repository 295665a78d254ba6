"""What the dashboard has told the person: shown for a moment, kept for later."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from textual.binding import Binding
from textual.notifications import SeverityLevel

from lsync.tui.screens.told import ToldScreen
from lsync.tui.styled import StyledApp
from lsync.tui.view.marks import status_mark
from lsync.tui.view.spans import Line, Span, Tone, line
from lsync.tui.view.words import Moment

KEPT = 100
HEIGHTS = [(0, "-tiny"), (18, "-low"), (36, "-high")]
"""From so many rows on a screen has this class: only a high one shows several messages."""
STATUS: dict[SeverityLevel, str] = {"information": "info", "warning": "warning", "error": "failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message and when it was shown."""

    at: datetime
    severity: SeverityLevel
    title: str
    message: str


class TellingApp(StyledApp):
    """An app whose messages can be read again: on a low screen the newest hides the others."""

    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[Any]] = [Binding("M", "show_told", "Messages so far", show=False)]

    moment: Callable[[], Moment]
    """When and where the person looks; the tabs' session knows."""

    def __init__(self, **options: Any) -> None:
        """``options`` are those of the look."""
        super().__init__(**options)
        self.told: deque[Told] = deque(maxlen=KEPT)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a message for a moment, and keep it."""
        now = self.moment().now
        self.told.append(Told(at=now, severity=severity, title=title, message=message))
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def action_show_told(self) -> None:
        """Show the messages, the newest first."""
        self.push_screen(ToldScreen("Messages, newest first", told_lines(self.told, self.moment())))


def told_lines(told: deque[Told], moment: Moment) -> list[Line]:
    """Return the messages as lines, the newest first."""
    if not told:
        return [line(Span("nothing has been said yet", Tone.DIM))]
    return [row for each in reversed(told) for row in _message(each, moment)]


def _message(each: Told, moment: Moment) -> list[Line]:
    mark = status_mark(STATUS[each.severity])
    first, *rest = "\n".join(filter(None, (each.title, each.message))).split("\n")
    head = (Span(f"{mark.sign} ", mark.tone), Span(f"{moment.clock(each.at)}  ", Tone.DIM))
    return [line(*head, Span(first)), *(line(Span(f"  {row}")) for row in rest)]
