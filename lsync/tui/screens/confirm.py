"""Asks before something that cannot be taken back. Only ``y`` says yes."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.binding import Binding

from lsync.tui.screens.dialog import Dialog
from lsync.tui.view.spans import Line, Span, Tone, line


class ConfirmScreen(Dialog[bool]):
    """A question. No has the focus, so Enter and every other closing key mean No."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("y", "yes", "Yes"),
        Binding("n,enter", "close", "No"),
    ]

    def __init__(self, title: str, question: Sequence[Line]) -> None:
        """``question`` says what would happen."""
        super().__init__(title, hint="y yes   n, Enter, Esc no")
        self._question = question

    def lines(self) -> list[Line]:
        """The question and the two answers, No in brackets because it has the focus."""
        return [
            *self._question,
            (),
            line(Span(" y", Tone.KEY), Span(" yes      "), Span("[ n no ]", Tone.TITLE)),
        ]

    def action_yes(self) -> None:
        """Close with yes."""
        self.dismiss(True)

    def action_close(self) -> None:
        """Close with no."""
        self.dismiss(False)
