"""One step of a plan, and how many calls lines take. What the steps are is decided elsewhere."""

from dataclasses import dataclass
from math import ceil

from lsync.core.domain.push.lines import BULK_LINES

PAGE_LINES = 1000
"""Lines a page may be expected to hold; Lightspeed names no maximum for consignments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One step: a name, a sentence, the calls it costs at most."""

    step: str
    description: str
    calls: int


def chunks(lines: int) -> int:
    """Return how many bulk calls so many lines take."""
    return ceil(lines / BULK_LINES)


def pages(lines: int) -> int:
    """Return how many calls it takes to read so many lines."""
    return max(1, ceil(lines / PAGE_LINES))
