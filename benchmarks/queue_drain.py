"""How many no-op jobs a second one worker carries out on a durable SQLite file."""

import asyncio
import json
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import peers
from benchmarks.figures import Figure, interleaved, median_ratio
from benchmarks.queue_ours import drain, new_file
from benchmarks.queue_rivals import HAS_HUEY, NO_HUEY, PAYLOAD, drain_by_hand, drain_huey
from lsync.core.queue.pump import MAX_BATCH

JOBS = 10_000
SLOW_JOBS = 300
ROUNDS = 9
NO_LITEQUEUE = "litequeue is not installed: make bench"


def run() -> list[Figure]:
    """Measure ours, the driver alone with the same batch, and the two peers, in turns."""
    rivals = {"ours": _in_folder(_ours), "hand": _in_folder(_by_hand)}
    if HAS_HUEY:
        rivals["huey"] = _in_folder(lambda folder: drain_huey(folder, SLOW_JOBS))
    if peers.is_installed("litequeue"):
        rivals["litequeue"] = lambda: peers.drain_litequeue(SLOW_JOBS)
    readings = dict(zip(rivals, interleaved(list(rivals.values()), rounds=ROUNDS), strict=True))
    ours, hand = readings["ours"], readings["hand"]
    return [
        Figure(
            name="drain, SQLite WAL + FULL",
            value=statistics.median(ours),
            unit="jobs/s",
            note=f"{min(ours):,.0f} to {max(ours):,.0f} in {len(ours)} rounds",
        ),
        Figure(
            name=f"drain against the driver alone, batch {MAX_BATCH}",
            value=median_ratio(ours, hand),
            goal=0.25,
            better="higher",
            note=f"alone {statistics.median(hand):,.0f} jobs/s",
        ),
        _against("Huey", ours, readings.get("huey"), goal=5, said="at most once", missing=NO_HUEY),
        _against(
            "litequeue", ours, readings.get("litequeue"), said="no retries", missing=NO_LITEQUEUE
        ),
    ]


def _against(
    name: str,
    ours: list[float],
    theirs: list[float] | None,
    *,
    said: str,
    missing: str,
    goal: float | None = None,
) -> Figure:
    title = f"drain against {name}"
    if theirs is None:
        return Figure(name=title, value=float("nan"), note=missing)
    return Figure(
        name=title,
        value=median_ratio(ours, theirs),
        goal=goal,
        better="higher",
        note=f"{name}, {said}: {statistics.median(theirs):,.0f} jobs/s",
    )


def _in_folder(rival: Callable[[Path], float]) -> Callable[[], float]:
    def once() -> float:
        with tempfile.TemporaryDirectory() as folder:
            return rival(Path(folder))

    return once


def _ours(folder: Path) -> float:
    return asyncio.run(drain(new_file(folder), JOBS))


def _by_hand(folder: Path) -> float:
    return drain_by_hand(folder, JOBS, batch=MAX_BATCH, payload=json.dumps(PAYLOAD))
