"""What all dialogs share: a box of lines with a title, closed by Esc."""

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from lsync.core.domain.sanitise import visible
from lsync.tui.view.spans import Line
from lsync.tui.widgets.lines import Lines
from lsync.tui.widgets.toned import TONE_CLASSES

Result = TypeVar("Result")


class Dialog(ModalScreen[Result], Generic[Result]):
    """A box over the tab that shows lines."""

    COMPONENT_CLASSES: ClassVar[set[str]] = TONE_CLASSES
    BINDINGS: ClassVar[list[Any]] = [Binding("escape,q", "close", "Close")]

    def __init__(self, title: str, *, hint: str = "Esc closes") -> None:
        """``title`` and ``hint`` stand in the border."""
        super().__init__()
        self.shown_title = visible(title)
        self.shown_hint = visible(hint)

    def compose(self) -> ComposeResult:
        """Put the lines into a box."""
        with Vertical(id="dialog") as box:
            box.border_title = Content(self.shown_title)
            box.border_subtitle = Content(self.shown_hint)
            yield Lines(id="dialog-lines", wraps=True, can_focus=True)

    def on_mount(self) -> None:
        """Show the lines."""
        self.show(self.lines())

    def lines(self) -> Sequence[Line]:
        """What the dialog says."""
        raise NotImplementedError  # abstract: every pane or dialog says its own

    def show(self, lines: Sequence[Line]) -> None:
        """Show other lines."""
        self.query_one("#dialog-lines", Lines).show(lines)

    def action_close(self) -> None:
        """Close without a result."""
        self.dismiss(None)
