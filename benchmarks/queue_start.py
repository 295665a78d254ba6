"""How long a job waits that is queued while the worker has nothing to do."""

import asyncio
import statistics
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.queue_ours import NEW, new_file
from benchmarks.queue_rivals import HAS_HUEY, NO_HUEY, open_huey
from lsync.core.domain.outcome import Done, Outcome
from lsync.core.queue import JobContext, Worker, enqueue_alone
from lsync.core.store.database import Database

SAMPLES = 200
HUEY_SAMPLES = 30
PAUSE_SECONDS = 0.05
HUEY_PAUSE_SECONDS = 0.3


def run() -> list[Figure]:
    """Measure from the return of the enqueue to the first line of the handler."""
    with tempfile.TemporaryDirectory() as folder:
        ours = sorted(asyncio.run(_ours(new_file(Path(folder)))))
    p50, p99 = statistics.median(ours), ours[int(len(ours) * 0.99)]
    figures = [
        Figure(name="start when idle, p50", value=p50 * 1000, unit="ms"),
        Figure(name="start when idle, p99", value=p99 * 1000, unit="ms", goal=10),
    ]
    if not HAS_HUEY:
        return [*figures, Figure(name="start against Huey", value=float("nan"), note=NO_HUEY)]
    with tempfile.TemporaryDirectory() as folder:
        theirs = statistics.median(_huey(Path(folder)))
    return [
        *figures,
        Figure(
            name="start: our p99 against Huey's p50",
            value=p99 / theirs,
            goal=0.1,
            note=f"Huey's consumer as it comes: {theirs * 1000:,.0f} ms",
        ),
    ]


async def _ours(url: str) -> list[float]:
    started = asyncio.Event()
    moment = 0.0

    async def handler(_: JobContext) -> Outcome:
        nonlocal moment
        moment = time.perf_counter()
        started.set()
        return Done()

    waits: list[float] = []
    stop = asyncio.Event()
    async with await Database.open(url) as database:
        worker = Worker(database, handlers={"nothing": handler}, worker_id="bench")
        task = asyncio.create_task(worker.run(stop))
        for _ in range(SAMPLES):
            await asyncio.sleep(PAUSE_SECONDS)
            started.clear()
            await enqueue_alone(database, NEW)
            queued = time.perf_counter()
            await started.wait()
            waits.append(max(0.0, moment - queued))
        stop.set()
        await task
    return waits


def _huey(folder: Path) -> list[float]:
    huey = open_huey(folder)
    started = threading.Event()
    moments: list[float] = []

    def note() -> None:
        moments.append(time.perf_counter())
        started.set()

    queue_note = huey.task()(note)
    consumer = huey.create_consumer(workers=1, periodic=False, check_worker_health=False)
    consumer.start()
    waits: list[float] = []
    for _ in range(HUEY_SAMPLES):
        time.sleep(HUEY_PAUSE_SECONDS)
        started.clear()
        queue_note()
        queued = time.perf_counter()
        started.wait(30)
        waits.append(max(0.0, moments[-1] - queued))
    consumer.stop(graceful=False)
    return waits
