"""Spans and lines: the only form in which text reaches a widget. Colours live in the stylesheet.

A span cleans its text when it is made, so nothing that came from outside can reach the terminal
raw, and since no widget parses markup it cannot change how the screen looks either.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size

from lsync.core.domain.sanitise import visible

ELLIPSIS = "…"
_WORDS = re.compile(r"\s+|\S+")


class Tone(StrEnum):
    """What a piece of text means; the stylesheet gives each tone its colour."""

    PLAIN = "plain"
    DIM = "dim"
    STRONG = "strong"
    TITLE = "title"
    KEY = "key"
    GOOD = "good"
    BUSY = "busy"
    WARN = "warn"
    BAD = "bad"
    NAME = "name"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line. Control, bidi and invisible characters become visible stand-ins."""

    text: str
    tone: Tone = Tone.PLAIN

    def __post_init__(self) -> None:
        """Clean the text once, where it enters the view."""
        object.__setattr__(self, "text", visible(self.text))


Line = tuple[Span, ...]
"""One line of the screen."""


class TableLine(tuple[Span, ...]):
    """A line of a table within a page: too wide, it is cut instead of broken."""

    __slots__ = ()


def line(*parts: Span | str) -> Line:
    """Return a line of ``parts``; plain strings get the plain tone."""
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def text_of(spans: Iterable[Span]) -> str:
    """Return the bare text of a line."""
    return "".join(span.text for span in spans)


def width_of(spans: Iterable[Span]) -> int:
    """Return how many cells a line takes."""
    return sum(cell_len(span.text) for span in spans)


def block(text: str, *, tone: Tone = Tone.PLAIN) -> list[Line]:
    """Return the lines of a text that may hold line breaks; tabs become spaces."""
    return [line(Span(row, tone)) for row in text.expandtabs(4).split("\n")]


def fit(span: Span, width: int, *, right: bool = False) -> Span:
    """Return ``span`` exactly ``width`` cells wide: cut with an ellipsis, or padded."""
    length = cell_len(span.text)
    if length > width:
        cut = set_cell_size(span.text, max(0, width - 1)) + ELLIPSIS
        return Span(cut if width else "", span.tone)
    padding = " " * (width - length)
    return Span(padding + span.text if right else span.text + padding, span.tone)


def clip(source: Line, width: int) -> Line:
    """Cut a line that is wider than ``width`` cells, with an ellipsis."""
    if width_of(source) <= width:
        return source
    kept: list[Span] = []
    for span in source:
        room = width - width_of(kept)
        if cell_len(span.text) >= room:
            return (*kept, fit(Span(span.text + " ", span.tone), room))
        kept.append(span)
    return tuple(kept)


def wrap(source: Line, width: int, *, hang: int = 0) -> list[Line]:
    """Break a line at spaces so that no row exceeds ``width`` cells.

    Rows after the first are indented by ``hang`` cells; a word longer than a row is chopped.
    A ``TableLine`` stays one row.
    """
    if isinstance(source, TableLine):
        return [clip(source, width)]
    width = max(width, hang + 1, 1)
    rows: list[Line] = []
    row: list[Span] = []
    used = 0
    for piece in _pieces(source, longest=width - hang):
        size = cell_len(piece.text)
        if used + size > width:
            rows.append(tuple(row))
            row, used = ([Span(" " * hang)] if hang else []), hang
            if piece.text.isspace():
                continue
        row.append(piece)
        used += size
    return [*rows, tuple(row)]


def _pieces(source: Line, *, longest: int) -> Iterable[Span]:
    for span in source:
        for word in _WORDS.findall(span.text):
            rest = word
            while cell_len(rest) > longest:
                head = _head(rest, longest)
                yield Span(head, span.tone)
                rest = rest[len(head) :]
            yield Span(rest, span.tone)


def _head(word: str, width: int) -> str:
    """Return the longest start of ``word`` within ``width`` cells, at least one character."""
    size = 0
    for index, character in enumerate(word):
        size += cell_len(character)
        if size > width:
            return word[: max(1, index)]
    return word


def side_by_side(left: Sequence[Line], right: Sequence[Line], *, width: int) -> list[Line]:
    """Return two columns of lines, each wrapped to half of ``width`` cells, as table lines."""
    half = (width - 3) // 2
    columns = [[row for each in side for row in wrap(each, half, hang=2)] for side in (left, right)]
    rows: list[Line] = []
    for first, second in zip_longest(*columns, fillvalue=()):
        padding = Span(" " * (half - width_of(first)))
        rows.append(TableLine((*first, padding, Span(" │ ", Tone.DIM), *second)))
    return rows
