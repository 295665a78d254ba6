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

    def __init__(self, *, id: str, can_focus: bool | None = None) -> None:  # noqa: A002 - Textual's own name
        """``id`` is what the stylesheet calls it."""
        super().__init__(id=id, can_focus=can_focus)
        self._tones: dict[str, Style] = {}
        self._styles_drawn: dict[tuple[Tone | None, Style | None], Style] = {}

    def notify_style_update(self) -> None:
        """Colours have changed: what was worked out of them is forgotten."""
        self._tones.clear()
        self._styles_drawn.clear()
        super().notify_style_update()

    def tone_style(self, name: str) -> Style:
        """Return the style of one of ``TONE_CLASSES``, without a background unless it sets one."""
        if name not in self._tones:
            self._tones[name] = self.screen.get_component_rich_style(name, partial=True)
        return self._tones[name]

    def strip_of(self, spans: Sequence[Span], *, over: Style | None = None) -> Strip:
        """Return spans as a strip as wide as the view, ``over`` laid on top of the tones."""
        segments = [Segment(span.text, self._style(span.tone, over)) for span in spans]
        width = self.scrollable_content_region.width
        return Strip(segments).adjust_cell_length(width, self._style(None, over))

    def _style(self, tone: Tone | None, over: Style | None) -> Style:
        """Base, tone and ``over`` as one style, worked out once: a frame asks a thousand times."""
        key = (tone, over)
        if key not in self._styles_drawn:
            style = self.rich_style
            if tone is not None:
                style += self.tone_style(f"tone--{tone}")
            self._styles_drawn[key] = style + over if over else style
        return self._styles_drawn[key]
