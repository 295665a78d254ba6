"""What every widget of lines shares: turning spans into styled strips, here and nowhere else."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.scroll_view import ScrollView
from textual.strip import Strip

from lsync.tui.view.spans import Span, Tone

TONE_CLASSES = {f"tone--{tone}" for tone in Tone} | {"line--cursor", "line--header", "line--marked"}
"""Component classes that a screen with lines must have: one set per screen, not per widget,
because each costs the stylesheet time at start."""


class TonedView(ScrollView):
    """A view drawn line by line in the tones of its screen."""

    ALLOW_SELECT = False

    def tone_style(self, name: str) -> Style:
        """Return the style of one of ``TONE_CLASSES``, without a background unless it sets one."""
        return self.screen.get_component_rich_style(name, partial=True)

    def strip_of(self, spans: Sequence[Span], *, over: Style | None = None) -> Strip:
        """Return spans as a strip as wide as the view, ``over`` laid on top of the tones."""
        base = self.rich_style
        segments = []
        for span in spans:
            style = base + self.tone_style(f"tone--{span.tone}")
            segments.append(Segment(span.text, style + over if over else style))
        width = self.scrollable_content_region.width
        return Strip(segments).adjust_cell_length(width, base + over if over else base)
