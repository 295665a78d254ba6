"""What a worker keeps of the jobs it has done: nothing."""

import asyncio
import gc
import tempfile
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.queue_ours import drain, new_file
from lsync.core.queue.heartbeat import memory_mb

WARM = 20_000
JOBS = 100_000
STEP = 20_000


def run() -> list[Figure]:
    """Measure the process before and after, once everything that stays is loaded."""
    with tempfile.TemporaryDirectory() as folder:
        url = new_file(Path(folder))
        asyncio.run(drain(url, WARM))
        gc.collect()
        before = memory_mb()
        for _ in range(JOBS // STEP):
            asyncio.run(drain(url, STEP))
        gc.collect()
        grown = memory_mb() - before
    return [Figure(name=f"memory over {JOBS:,} jobs", value=grown, unit="MiB", goal=10)]
