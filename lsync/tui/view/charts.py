"""Small plots made of characters: sparkline, bar chart and gauge."""

from collections.abc import Sequence

from lsync.tui.view.spans import Line, Span, Tone, line

BARS = " ▁▂▃▄▅▆▇█"


def resample(values: Sequence[int], width: int) -> list[int]:
    """Return at most ``width`` sums of neighbouring values; the newest keep their place."""
    if width <= 0 or not values:
        return []
    size = -(-len(values) // width)
    end = len(values)
    return [sum(values[max(0, start - size) : start]) for start in range(end, 0, -size)][::-1]


def bar_chart(values: Sequence[int], *, width: int, height: int, tone: Tone) -> list[Line]:
    """Return ``height`` lines that plot ``values``, oldest left, scaled to their maximum."""
    columns = resample(values, width)
    top = max(columns, default=0)
    eighths = [_eighths(value, top=top, height=height) for value in columns]
    rows = []
    for level in range(height - 1, -1, -1):
        cells = "".join(BARS[min(8, max(0, full - 8 * level))] for full in eighths)
        rows.append(line(Span(cells.ljust(width), tone)))
    return rows


def _eighths(value: int, *, top: int, height: int) -> int:
    """Return a bar's length in eighths of a cell; anything above nothing shows at least one."""
    if value <= 0 or top <= 0:
        return 0
    return max(1, round(value / top * height * 8))


def gauge(part: int, whole: int, *, width: int, tone: Tone) -> Line:
    """Return a bar of ``width`` cells of which the share ``part``/``whole`` is filled."""
    share = min(1.0, max(0.0, part / whole)) if whole > 0 else 0.0
    filled = round(share * width)
    return line(Span("█" * filled, tone), Span("░" * (width - filled), Tone.DIM))
