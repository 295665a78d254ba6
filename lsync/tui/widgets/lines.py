"""A view of lines that repaints only those that changed."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.strip import Strip

from lsync.tui.view.spans import Line, clip, wrap
from lsync.tui.widgets.toned import TonedView

Draw = Callable[[int, int], Sequence[Line]]
"""Gives the lines for a width and a height in cells."""


class Lines(TonedView, inherit_bindings=False):
    """Shows what ``draw`` gives for its size. Long lines are wrapped when ``wraps`` is set."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("j,down", "scroll_down", "Down", show=False),
        Binding("k,up", "scroll_up", "Up", show=False),
        Binding("g,home", "scroll_home", "Top", show=False),
        Binding("G,end", "scroll_end", "End", show=False),
        Binding("space,pagedown,ctrl+f", "page_down", "Page down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
    ]

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - Textual's own name
        wraps: bool = False,
        can_focus: bool = False,
    ) -> None:
        """``wraps`` breaks long lines at spaces, else they are cut."""
        super().__init__(id=id, can_focus=can_focus)
        self._wraps = wraps
        self._draw: Draw = _nothing
        self._lines: list[Line] = []

    @property
    def lines(self) -> Sequence[Line]:
        """The lines as they are laid out now."""
        return self._lines

    def show(self, lines: Sequence[Line]) -> None:
        """Show ``lines``."""
        self.show_drawn(lambda _width, _height: lines)

    def show_drawn(self, draw: Draw) -> None:
        """Show lines that depend on the size; ``draw`` is called again after a resize."""
        self._draw = draw
        self._lay_out()

    def on_resize(self, _event: events.Resize) -> None:
        """Lay the lines out for the new size."""
        self._lay_out()

    def _lay_out(self) -> None:
        region = self.scrollable_content_region
        if not region.width:
            return
        before, self._lines = self._lines, self._flow(region.width, region.height)
        self.virtual_size = Size(region.width, len(self._lines))
        top = self.scroll_offset.y
        for index in range(top, top + region.height):
            if _at(before, index) != _at(self._lines, index):
                self.refresh_line(index)

    def _flow(self, width: int, height: int) -> list[Line]:
        lines = self._draw(width, height)
        if not self._wraps:
            return [clip(line, width) for line in lines]
        return [row for line in lines for row in wrap(line, width, hang=2)]

    def render_line(self, y: int) -> Strip:
        """Draw one row of the view."""
        return self.strip_of(_at(self._lines, y + self.scroll_offset.y) or ())


def _nothing(_width: int, _height: int) -> Sequence[Line]:
    return ()


def _at(lines: Sequence[Line], index: int) -> Line | None:
    return lines[index] if 0 <= index < len(lines) else None
