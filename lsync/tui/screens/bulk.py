"""Asks before acting on many at once: the count must be typed."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from lsync.tui.screens.dialog import Dialog
from lsync.tui.view.spans import Line, Span, Tone, line
from lsync.tui.widgets.lines import Lines


class BulkScreen(Dialog[bool]):
    """Shows what an action would touch; Enter acts once the number of things is typed."""

    BINDINGS: ClassVar[list[Any]] = [Binding("escape", "close", "Close")]

    def __init__(self, action: str, *, count: int, noun: str, sample: Sequence[str]) -> None:
        """``sample`` are some of the ``count`` things, as text."""
        super().__init__(action, hint="Enter acts   Esc closes")
        self._count = count
        self._noun = noun
        self._sample = sample

    def compose(self) -> ComposeResult:
        """Put the sample and the line to type in into a box."""
        with Vertical(id="dialog") as box:
            box.border_title = Content(self.shown_title)
            box.border_subtitle = Content(self.shown_hint)
            yield Lines(id="dialog-lines", wraps=True)
            yield Input(id="count", restrict=r"\d*", max_length=7)

    def on_mount(self) -> None:
        """The number is typed at once."""
        super().on_mount()
        self.query_one("#count", Input).focus()

    def lines(self) -> list[Line]:
        """What would be touched, and what to type."""
        return [
            line(Span(f"This touches {self._count} {self._named()}:", Tone.STRONG)),
            *self._sampled(),
            (),
            line("Type ", Span(str(self._count), Tone.KEY), " and Enter to go on."),
        ]

    def _named(self) -> str:
        return self._noun.removesuffix("s") if self._count == 1 else self._noun

    def _sampled(self) -> Iterable[Line]:
        yield from (line(f"  {each}") for each in self._sample)
        more = self._count - len(self._sample)
        if more > 0:
            yield line(Span(f"  … and {more} more", Tone.DIM))

    @on(Input.Submitted, "#count")
    def _typed(self, message: Input.Submitted) -> None:
        if message.value == str(self._count):
            self.dismiss(True)
        else:
            self.notify(f"Type {self._count} to go on, or Esc.", severity="warning", markup=False)

    def action_close(self) -> None:
        """Do nothing."""
        self.dismiss(False)
