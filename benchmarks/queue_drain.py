"""How many no-op jobs a second one worker carries out on a durable SQLite file."""

import asyncio
import json
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import Figure, interleaved, median_ratio
from benchmarks.queue_ours import drain, new_file
from benchmarks.queue_rivals import HAS_HUEY, NO_HUEY, PAYLOAD, drain_by_hand, drain_huey
from lsync.core.queue.pump import MAX_BATCH

JOBS = 10_000
HUEY_JOBS = 1_000
ROUNDS = 9


def run() -> list[Figure]:
    """Measure ours, the driver alone with the same batch, and Huey, in turns."""
    rivals = [_in_folder(_ours), _in_folder(_by_hand)]
    if HAS_HUEY:
        rivals.append(_in_folder(_huey))
    readings = interleaved(rivals, rounds=ROUNDS)
    ours, hand = readings[0], readings[1]
    figures = [
        Figure(
            name="drain, SQLite WAL + FULL",
            value=statistics.median(ours),
            unit="jobs/s",
            note=f"{min(ours):,.0f} to {max(ours):,.0f} in {ROUNDS} rounds",
        ),
        Figure(
            name=f"drain against the driver alone, batch {MAX_BATCH}",
            value=median_ratio(ours, hand),
            goal=0.25,
            better="higher",
            note=f"alone {statistics.median(hand):,.0f} jobs/s",
        ),
    ]
    if not HAS_HUEY:
        return [*figures, Figure(name="drain against Huey", value=float("nan"), note=NO_HUEY)]
    note = f"Huey, at most once: {statistics.median(readings[2]):,.0f} jobs/s"
    against = median_ratio(ours, readings[2])
    return [
        *figures,
        Figure(name="drain against Huey", value=against, goal=5, better="higher", note=note),
    ]


def _in_folder(rival: Callable[[Path], float]) -> Callable[[], float]:
    def once() -> float:
        with tempfile.TemporaryDirectory() as folder:
            return rival(Path(folder))

    return once


def _ours(folder: Path) -> float:
    return asyncio.run(drain(new_file(folder), JOBS))


def _by_hand(folder: Path) -> float:
    return drain_by_hand(folder, JOBS, batch=MAX_BATCH, payload=json.dumps(PAYLOAD))


def _huey(folder: Path) -> float:
    return drain_huey(folder, HUEY_JOBS)
