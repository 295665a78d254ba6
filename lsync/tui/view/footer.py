"""The footer: the keys that work now, as many as fit, Help and Quit always."""

from collections.abc import Sequence
from dataclasses import dataclass

from lsync.tui.view.spans import Line, Span, Tone, width_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FooterKey:
    """A key of the footer: its name among the toolkit's keys, how it is written, what it does."""

    key: str
    shown: str
    words: str

    def spans(self) -> Line:
        """The key and its words, with the blank before the next one."""
        return Span(self.shown, Tone.KEY), Span(f" {self.words} ")


ALWAYS = frozenset({"question_mark", "q"})
"""Keys that stay when there is no room for all."""


def fitting(keys: Sequence[FooterKey], width: int) -> list[FooterKey]:
    """Return the keys that fit into ``width`` cells, in order; those that always stay come last."""
    last = [key for key in keys if key.key in ALWAYS]
    room = width - sum(width_of(key.spans()) for key in last)
    kept = []
    for key in keys:
        if key.key in ALWAYS:
            continue
        room -= width_of(key.spans())
        if room < 0:
            break
        kept.append(key)
    return kept + last


def footer_line(keys: Sequence[FooterKey], *, width: int) -> Line:
    """Return the footer as one line."""
    return tuple(span for key in fitting(keys, width) for span in key.spans())


def key_at(keys: Sequence[FooterKey], offset: int, *, width: int) -> str | None:
    """Return the key under column ``offset``, or ``None`` beside all of them."""
    start = 0
    for key in fitting(keys, width):
        start += width_of(key.spans())
        if offset < start:
            return key.key
    return None
