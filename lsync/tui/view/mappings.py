"""Unknown words of orders and what they may mean, as rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lsync.core.control.messages import CandidateMessage, SuggestionMessage
from lsync.tui.view.spans import Span, Tone
from lsync.tui.view.table import Column, Table

COLUMNS = (
    Column(title="word", least=20, most=36),
    Column(title="kind", least=8, most=8, drop=1),
    Column(title="may mean", least=20),
    Column(title="SKU", least=8, most=16),
    Column(title="like", least=4, most=4, right=True),
)


@dataclass(frozen=True, slots=True)
class Match:
    """One word with one of the things it may mean; ``None`` when nothing is near."""

    word: SuggestionMessage
    candidate: CandidateMessage | None


def matches(suggestions: Iterable[SuggestionMessage]) -> list[Match]:
    """Return every word with each of its candidates, the likeliest first."""
    found: list[Match] = []
    for word in suggestions:
        found += [Match(word, candidate) for candidate in word.candidates] or [Match(word, None)]
    return found


def matches_table() -> Table[Match]:
    """Return the table of words and what they may mean."""
    return Table(columns=COLUMNS, key=_key, cells=_cells, empty="✓ every word is known")


def _key(match: Match) -> tuple[str, str, str]:
    there = match.candidate.lightspeed_id if match.candidate else ""
    return match.word.kind, match.word.local_id, there


def _cells(match: Match) -> Sequence[Span]:
    candidate = match.candidate
    return (
        Span(match.word.local_id, Tone.STRONG),
        Span(match.word.kind, Tone.DIM),
        Span(candidate.name if candidate else "nothing near: t types an id, name or SKU"),
        Span(candidate.sku or "" if candidate else ""),
        Span(f"{candidate.score:.0%}" if candidate else ""),
    )
