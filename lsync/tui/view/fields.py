"""Building blocks of detail pages: headings and named values."""

from collections.abc import Sequence

from lsync.tui.view.spans import Line, Span, Tone, line


def heading(text: str) -> list[Line]:
    """Return an empty line and a heading."""
    return [(), line(Span(text, Tone.TITLE))]


def field_lines(fields: Sequence[tuple[str, str]]) -> list[Line]:
    """Return one line per named value, the values under one another."""
    width = max((len(name) for name, _ in fields), default=0)
    return [line(Span(f"{name.rjust(width)}  ", Tone.DIM), Span(value)) for name, value in fields]
