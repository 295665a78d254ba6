"""Something the daemon said, in a box."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.binding import Binding

from lsync.tui.screens.dialog import Dialog
from lsync.tui.view.spans import Line


class ToldScreen(Dialog[None]):
    """Shows lines until it is closed."""

    BINDINGS: ClassVar[list[Any]] = [Binding("enter", "close", "Close")]

    def __init__(self, title: str, lines: Sequence[Line]) -> None:
        """``lines`` are what was said."""
        super().__init__(title)
        self._lines = lines

    def lines(self) -> Sequence[Line]:
        """What was said."""
        return self._lines
