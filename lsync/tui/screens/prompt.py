"""Asks for text: one line, or several in an editor."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, TextArea

from lsync.tui.screens.dialog import Dialog
from lsync.tui.view.spans import Line
from lsync.tui.widgets.lines import Lines


class PromptScreen(Dialog[str]):
    """One line of text; Enter gives it back, Esc nothing."""

    BINDINGS: ClassVar[list[Any]] = [Binding("escape", "close", "Close")]

    def __init__(self, title: str, lines: Sequence[Line], *, value: str = "") -> None:
        """``lines`` say what is wanted; ``value`` is what stands there already."""
        super().__init__(title, hint="Enter goes on   Esc closes")
        self._lines = lines
        self._value = value

    def compose(self) -> ComposeResult:
        """Put the lines and the input into a box."""
        with Vertical(id="dialog") as box:
            box.border_title = Content(self.shown_title)
            box.border_subtitle = Content(self.shown_hint)
            yield Lines(id="dialog-lines", wraps=True)
            yield Input(self._value, id="answer")

    def on_mount(self) -> None:
        """The text is typed at once."""
        self.query_one("#answer", Input).focus()

    def lines(self) -> Sequence[Line]:
        """What is wanted."""
        return self._lines

    @on(Input.Submitted, "#answer")
    def _typed(self, message: Input.Submitted) -> None:
        self.dismiss(message.value)


class EditorScreen(Dialog[str]):
    """Several lines of text; Ctrl-O gives them back, Esc nothing."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("escape", "close", "Close", priority=True),
        Binding("ctrl+o", "write_out", "Go on", priority=True),
    ]

    def __init__(self, title: str, lines: Sequence[Line], *, value: str) -> None:
        """``lines`` say what the text is; ``value`` is the text as it stands."""
        super().__init__(title, hint="Ctrl-O goes on   Esc closes")
        self._lines = lines
        self._value = value

    def compose(self) -> ComposeResult:
        """Put the lines and the editor into a box."""
        with Vertical(id="dialog", classes="-editor") as box:
            box.border_title = Content(self.shown_title)
            box.border_subtitle = Content(self.shown_hint)
            yield Lines(id="dialog-lines", wraps=True)
            yield TextArea(self._value, id="editor", compact=True, soft_wrap=False)

    def on_mount(self) -> None:
        """The text is edited at once."""
        self.query_one("#editor", TextArea).focus()

    def lines(self) -> Sequence[Line]:
        """What the text is."""
        return self._lines

    def action_write_out(self) -> None:
        """Close with the text."""
        self.dismiss(self.query_one("#editor", TextArea).text)
