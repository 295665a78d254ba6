"""Which known name was probably meant: by likeness of the letters and of the words, any order."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from lsync.core.domain.catalogue import key

LONGEST = 190
"""Characters of a name that are compared."""

CUTOFF = 0.5
"""Likeness below which two names have nothing to do with each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that could be meant. ``texts`` are all that it is called by."""

    lightspeed_id: str
    name: str
    sku: str | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The names it goes by."""
        return (self.name, self.sku) if self.sku else (self.name,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A candidate and how alike it is, from 0 to 1."""

    candidate: Candidate
    score: float


def nearest(
    wanted: Iterable[str], candidates: Iterable[Candidate], *, most: int = 3
) -> tuple[Match, ...]:
    """Return the candidates that are most like any of the ``wanted`` texts, the best first."""
    words = [_prepared(text) for text in wanted if text and text.strip()]
    found: list[Match] = []
    for candidate in candidates:
        score = max((_likeness(text, words) for text in candidate.texts), default=0.0)
        if score >= CUTOFF:
            found.append(Match(candidate=candidate, score=round(score, 3)))
    found.sort(key=lambda match: (-match.score, match.candidate.name, match.candidate.sku or ""))
    return tuple(found[:most])


def _prepared(text: str) -> tuple[str, str]:
    """The text as compared, and its words in the order of the alphabet."""
    plain = key(text)[:LONGEST]
    return plain, " ".join(sorted(plain.replace(",", " ").split()))


def _likeness(text: str, wanted: Iterable[tuple[str, str]]) -> float:
    ours = _prepared(text)
    best = 0.0
    for theirs in wanted:
        for one, other in zip(ours, theirs, strict=True):
            best = max(best, _ratio(one, other, at_least=max(best, CUTOFF)))
    return best


def _ratio(one: str, other: str, *, at_least: float) -> float:
    """The likeness of two texts; 0 where a cheap bound shows that it is too low to matter."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < at_least or matcher.quick_ratio() < at_least:
        return 0.0
    return matcher.ratio()
