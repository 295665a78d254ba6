"""A measured figure, its goal, and how rounds of rivals are compared.

Machines are shared and noisy, so rivals run in alternating rounds within one process and figures
are medians and ratios, never single times.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table. ``better`` says on which side of ``goal`` it should lie."""

    name: str
    value: float
    unit: str = "×"
    goal: float | None = None
    better: Literal["lower", "higher"] = "lower"
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal was reached; None when there is none."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.better == "lower" else self.value >= self.goal


FEWEST_ROUNDS = 3


def interleaved(
    rivals: Sequence[Callable[[], float]], *, rounds: int = 9, seconds: float = 60.0
) -> tuple[list[float], ...]:
    """Run each rival once a round; return each one's readings in the order of ``rivals``.

    On a machine that is so busy that ``seconds`` are over, no further round is begun after the
    third.
    """
    readings: tuple[list[float], ...] = tuple([] for _ in rivals)
    deadline = time.monotonic() + seconds
    for done in range(rounds):
        if done >= FEWEST_ROUNDS and time.monotonic() > deadline:
            break
        for rival, kept in zip(rivals, readings, strict=True):
            kept.append(rival())
    return readings


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median over rounds of ours divided by theirs in the same round."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
