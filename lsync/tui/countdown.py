"""Actions that start after a visible moment, so that they can be taken back. No I/O."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from lsync.tui.view.spans import Line, Span, Tone, line

UNDO_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something the person asked for: its words, and the work that carries it out.

    ``work`` returns the sentence to show when it is done.
    """

    words: str
    work: Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An action and the moment it starts."""

    action: Action
    starts_at: datetime


class Countdown:
    """Actions that wait for their moment, oldest first."""

    def __init__(self, *, seconds: float = UNDO_SECONDS) -> None:
        """``seconds`` is how long each action can be taken back."""
        self._delay = timedelta(seconds=seconds)
        self.waiting: list[Waiting] = []

    def add(self, action: Action, *, now: datetime) -> None:
        """Let ``action`` start after the delay; the same words twice are one action."""
        if all(each.action.words != action.words for each in self.waiting):
            self.waiting.append(Waiting(action, now + self._delay))

    def due(self, *, now: datetime) -> list[Action]:
        """Return and forget the actions whose moment has come."""
        ripe = [each.action for each in self.waiting if each.starts_at <= now]
        self.waiting = [each for each in self.waiting if each.starts_at > now]
        return ripe

    def start_now(self) -> list[Action]:
        """Return and forget all of them: the person does not want to wait."""
        actions = [each.action for each in self.waiting]
        self.waiting = []
        return actions

    def take_back(self) -> list[Action]:
        """Forget all of them and return what will not happen."""
        return self.start_now()

    def line(self, *, now: datetime) -> Line:
        """Return what is about to start, or an empty line."""
        if not self.waiting:
            return ()
        first = self.waiting[0]
        seconds = max(0, ceil((first.starts_at - now).total_seconds()))
        more = f" (and {len(self.waiting) - 1} more)" if len(self.waiting) > 1 else ""
        return line(
            Span(f" ↻ {first.action.words}{more} in {seconds} s   ", Tone.WARN),
            Span("Enter", Tone.KEY),
            Span(" start now   "),
            Span("z", Tone.KEY),
            Span(" take back"),
        )
