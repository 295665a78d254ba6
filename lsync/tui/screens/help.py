"""The help of the focused pane."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.binding import Binding

from lsync.tui.screens.dialog import Dialog
from lsync.tui.view.help import help_lines
from lsync.tui.view.spans import Line


class HelpScreen(Dialog[None]):
    """Keys that work now, filters, and what the signs mean."""

    BINDINGS: ClassVar[list[Any]] = [Binding("question_mark,enter", "close", "Close")]

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        """``keys`` are pairs of keys and what they do."""
        super().__init__("Help")
        self._keys = keys

    def lines(self) -> list[Line]:
        """The help page."""
        return help_lines(self._keys)
