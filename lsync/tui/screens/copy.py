"""Copies the shell command of an action: the action's own key picks it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding

from lsync.core.domain.sanitise import visible
from lsync.tui.screens.dialog import Dialog
from lsync.tui.view.commands import Copy, copy_lines
from lsync.tui.view.spans import Line


class CopyScreen(Dialog[None]):
    """A menu of commands. Enter or ``Y`` takes the first."""

    BINDINGS: ClassVar[list[Any]] = [Binding("enter,Y", "first", "Copy the first")]

    def __init__(self, copies: Sequence[Copy]) -> None:
        """``copies`` are what can be copied, the usual one first."""
        super().__init__("Copy as a command", hint="a key copies   Esc closes")
        self._copies = copies

    def lines(self) -> list[Line]:
        """The menu."""
        return copy_lines(self._copies)

    def on_key(self, event: events.Key) -> None:
        """Copy what the key stands for."""
        for copy in self._copies:
            if event.character == copy.key:
                event.stop()
                self._copy(copy)
                return

    def action_first(self) -> None:
        """Copy the usual one."""
        self._copy(self._copies[0])

    def _copy(self, copy: Copy) -> None:
        text = visible(copy.command)
        self.app.copy_to_clipboard(text)
        self.app.notify(
            f"{text}\nSent to the terminal's clipboard (OSC 52). "
            "In tmux this needs `set -g set-clipboard on`.",
            title="Copied",
            markup=False,
        )
        self.dismiss(None)
