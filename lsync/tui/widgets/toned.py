"""What every widget of lines shares: turning spans into styled strips, here and nowhere else."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.scroll_view import ScrollView
from textual.strip import Strip

from lsync.tui.view.spans import Span, Tone


class TonedView(ScrollView):
    """A view drawn line by line; each tone is a component class of the stylesheet."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"tone--{tone}" for tone in Tone} | {
        "line--cursor",
        "line--header",
        "line--marked",
    }

    def strip_of(self, spans: Sequence[Span], *, over: Style | None = None) -> Strip:
        """Return spans as a strip as wide as the view, ``over`` laid on top of the tones."""
        base = self.rich_style
        segments = []
        for span in spans:
            style = base + self.get_component_rich_style(f"tone--{span.tone}", partial=True)
            segments.append(Segment(span.text, style + over if over else style))
        width = self.scrollable_content_region.width
        return Strip(segments).adjust_cell_length(width, base + over if over else base)
