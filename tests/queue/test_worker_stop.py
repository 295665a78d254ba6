"""A whole worker on a real database: how it stops, restarts and shares work."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from lsync.core import queue
from lsync.core.domain.job import JobState
from lsync.core.domain.outcome import Done, Outcome, Snooze
from lsync.core.queue import JobContext, Worker
from lsync.core.store import job_stats, workers
from lsync.core.store.database import Database
from tests.queue.doing import Doing
from tests.queue.working import SOON, finished, until, working


async def test_stop_lets_running_jobs_end_and_claims_no_more(doing: Doing) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    async def handler(context: JobContext) -> Outcome:
        started.set()
        await go_on.wait()
        return Done()

    first = await doing.one()
    async with working(doing.database, handler, concurrency=1) as stop:
        await started.wait()
        stop.set()
        second = await doing.one()
        go_on.set()
    assert (await doing.find(first)).state is JobState.COMPLETED
    assert (await doing.find(second)).state is JobState.PENDING


async def test_a_handler_can_park_its_job_on_stop(doing: Doing) -> None:
    started = asyncio.Event()

    async def handler(context: JobContext) -> Outcome:
        started.set()
        await context.stopping.wait()
        return Snooze(until=context.job.available_at, reason="shutting down")

    job_id = await doing.one()
    async with working(doing.database, handler):
        await started.wait()
    job = await doing.find(job_id)
    assert (job.state, job.attempts, job.error) == (JobState.PENDING, 0, "shutting down")


async def test_what_outlasts_the_drain_is_broken_off_at_no_cost(doing: Doing) -> None:
    started = asyncio.Event()

    async def handler(context: JobContext) -> Outcome:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    ids = [await doing.one() for _ in range(3)]
    async with working(doing.database, handler, drain=SOON):
        await started.wait()
    for job_id in ids:
        job = await doing.find(job_id)
        assert (job.state, job.attempts, job.crashes) == (JobState.PENDING, 0, 0)
        assert not job.alone


async def test_a_restart_takes_back_what_the_last_process_left(doing: Doing) -> None:
    async def handler(context: JobContext) -> Outcome:
        return Done()

    ids = [await doing.one(), await doing.one()]
    await doing.claim(worker="w1")
    async with working(doing.database, handler, lease=timedelta(hours=1)):
        jobs = await finished(doing, *ids)
    assert [attempt.outcome for attempt in jobs[0].history] == ["crashed", "done"]


async def test_a_loner_runs_with_nothing_beside_it(doing: Doing) -> None:
    running: set[int] = set()
    beside: dict[int, int] = {}

    async def handler(context: JobContext) -> Outcome:
        running.add(context.job.id)
        await asyncio.sleep(0.005)
        beside[context.job.id] = len(running) - 1
        running.remove(context.job.id)
        return Done()

    loners = [await doing.one(), await doing.one()]
    await doing.claim(worker="w1")
    others = [await doing.one() for _ in range(10)]
    async with working(doing.database, handler):
        await finished(doing, *loners, *others)
    assert [beside[job_id] for job_id in loners] == [0, 0]
    assert max(beside[job_id] for job_id in others) > 0


async def test_two_workers_share_the_work(doing: Doing, database_url: str) -> None:
    seen: list[int] = []

    async def handler(context: JobContext) -> Outcome:
        seen.append(context.job.id)
        await asyncio.sleep(0.001)
        return Done()

    ids = [await doing.one(concurrency_key=f"k{n % 7}") for n in range(60)]
    async with (
        await Database.open(database_url) as other,
        working(doing.database, handler, worker_id="w1"),
        working(other, handler, worker_id="w2"),
    ):
        await finished(doing, *ids)
    assert sorted(seen) == ids


async def test_the_worker_shows_what_it_does(doing: Doing) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    async def handler(context: JobContext) -> Outcome:
        started.set()
        await go_on.wait()
        return Done()

    job_id = await doing.one()
    async with working(doing.database, handler, version="1.2.3"):
        await started.wait()
        async with doing.database.read() as tx:
            (row,) = await workers.listing(tx)
        assert (row.id, row.version, row.running) == ("w1", "1.2.3", (job_id,))
        assert row.is_alive(datetime.now(UTC))
        go_on.set()
    async with doing.database.read() as tx:
        (row,) = await workers.listing(tx)
        counts = await job_stats.counts(tx)
    assert (row.jobs_done, row.running) == (1, ())
    assert row.stopped_at is not None
    assert counts.by_type["work"][JobState.COMPLETED] == 1


async def test_too_much_memory_drains_the_worker(doing: Doing) -> None:
    async def handler(context: JobContext) -> Outcome:
        return Done()

    worker = Worker(
        doing.database,
        handlers={"work": handler},
        worker_id="w1",
        heartbeat=SOON,
        max_memory_mb=1,
    )
    async with asyncio.timeout(20):
        assert await worker.run(asyncio.Event()) is queue.Ending.OUT_OF_MEMORY


async def test_a_part_that_dies_ends_the_worker_loudly(
    doing: Doing, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(workers, "beat", broken)

    async def handler(context: JobContext) -> Outcome:
        return Done()

    worker = Worker(doing.database, handlers={"work": handler}, worker_id="w1", heartbeat=SOON)
    with pytest.raises(ExceptionGroup) as error:
        async with asyncio.timeout(20):
            await worker.run(asyncio.Event())
    assert error.group_contains(ZeroDivisionError)


async def test_jobs_claimed_in_a_lost_commit_are_put_back(doing: Doing) -> None:
    """As after COMMIT unknown: rows under the worker's name that it does not know."""
    from functools import partial

    from lsync.core.store.jobs.recovering import release_strays_step

    known, stray = await doing.one(), await doing.one()
    await doing.claim(worker="w1")
    async with doing.database.write() as tx:
        now = await tx.now()
        released = await tx.call(
            partial(release_strays_step, worker_id="w1", keep={known}, now=now)
        )
    assert released == [stray]
    job = await doing.find(stray)
    assert (job.state, job.attempts, job.crashes, job.history) == (JobState.PENDING, 0, 0, ())


async def test_periodic_work_is_queued_when_due(doing: Doing) -> None:
    runs: list[int] = []

    async def handler(context: JobContext) -> Outcome:
        runs.append(context.job.id)
        return Done()

    schedule = queue.Schedule(name="poll", type="work", every=timedelta(milliseconds=100))
    async with doing.database.write() as tx:
        await queue.define_schedules(tx, [schedule], now=await tx.now())

    async def twice() -> bool:
        return len(runs) >= 2

    async with working(doing.database, handler):
        await until(twice)


async def test_a_worker_needs_room_and_delays(database: Database) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Worker(database, handlers={}, worker_id="w", concurrency=0)
    with pytest.raises(ValueError, match="one delay"):
        Worker(database, handlers={}, worker_id="w", delays=())
