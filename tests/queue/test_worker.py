"""A whole worker on a real database: what handlers see, and how it starts and stops."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lsync.core import queue
from lsync.core.domain.job import Job, JobState
from lsync.core.domain.outcome import Cancelled, Dead, Done, Outcome, Snooze
from lsync.core.queue import Handler, JobContext, Worker
from lsync.core.store import job_stats, workers
from lsync.core.store import jobs as store
from lsync.core.store.database import Database
from tests.queue.doing import Doing

SOON = timedelta(milliseconds=20)


@pytest.fixture
def doing(database: Database) -> Doing:
    return Doing(database)


@asynccontextmanager
async def working(
    database: Database, handler: Handler, *, kind: str = "work", **options: Any
) -> AsyncIterator[asyncio.Event]:
    """Run a worker during the block; its stop event is given."""
    options = {"worker_id": "w1", "drain": timedelta(seconds=5), **options}
    worker = Worker(database, handlers={kind: handler}, **options)
    stop = asyncio.Event()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(worker.run(stop))
        try:
            yield stop
        finally:
            stop.set()


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await check():  # noqa: ASYNC110 - the database has no event to wait for
            await asyncio.sleep(0.01)


async def finished(doing: Doing, *job_ids: int) -> list[Job]:
    """Wait until all these jobs have finished and return them."""

    async def all_finished() -> bool:
        jobs = [await doing.find(job_id) for job_id in job_ids]
        return all(job.completed_at for job in jobs)

    await until(all_finished)
    return [await doing.find(job_id) for job_id in job_ids]


async def test_it_carries_out_what_is_there_and_what_comes(doing: Doing) -> None:
    seen: list[int] = []

    async def handler(context: JobContext) -> Outcome:
        seen.append(context.job.id)
        return Done(result={"n": context.job.id})

    first = await doing.one()
    async with working(doing.database, handler):
        await finished(doing, first)
        second = await doing.one()
        (job,) = await finished(doing, second)
    assert seen == [first, second]
    assert (job.state, job.result) == (JobState.COMPLETED, {"n": second})


async def test_a_new_job_starts_at_once_however_long_the_idle_sleep(doing: Doing) -> None:
    async def handler(context: JobContext) -> Outcome:
        return Done()

    async with working(doing.database, handler, worker_sleep=timedelta(hours=1)):
        async with asyncio.timeout(10):
            await finished(doing, await doing.one())
            await finished(doing, await doing.one())


async def test_a_job_of_another_process_is_noticed(doing: Doing, database_url: str) -> None:
    async def handler(context: JobContext) -> Outcome:
        return Done()

    async with await Database.open(database_url) as other, working(doing.database, handler):
        await asyncio.sleep(0)
        job_id = await Doing(other).one()
        await finished(doing, job_id)


async def test_a_resting_job_starts_when_it_is_due_not_at_the_next_look(doing: Doing) -> None:
    tries: list[datetime] = []

    async def handler(context: JobContext) -> Outcome:
        tries.append(datetime.now(UTC))
        if len(tries) == 1:
            return Snooze(until=datetime.now(UTC) + timedelta(milliseconds=200), reason="wait")
        return Done()

    async with working(doing.database, handler, worker_sleep=timedelta(hours=1)):
        async with asyncio.timeout(20):
            await finished(doing, await doing.one())
    assert len(tries) == 2


async def test_at_most_so_many_run_at_a_time(doing: Doing) -> None:
    running, most = 0, 0

    async def handler(context: JobContext) -> Outcome:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.002)
        running -= 1
        return Done()

    ids = [await doing.one() for _ in range(40)]
    async with working(doing.database, handler, concurrency=3):
        await finished(doing, *ids)
    assert most == 3


async def test_a_handler_sees_its_job_committed_as_processing(doing: Doing) -> None:
    """No handler starts before its claim is committed."""
    states: list[JobState] = []

    async def handler(context: JobContext) -> Outcome:
        states.append((await doing.find(context.job.id)).state)
        return Done()

    ids = [await doing.one() for _ in range(10)]
    async with working(doing.database, handler):
        await finished(doing, *ids)
    assert set(states) == {JobState.PROCESSING}


async def test_exceptions_are_translated_in_one_place(doing: Doing) -> None:
    async def handler(context: JobContext) -> Outcome:
        raise KeyError("outlet")

    def translate(error: BaseException) -> Outcome:
        return Dead(error=f"missing {error}", error_class=type(error).__name__)

    job_id = await doing.one()
    async with working(doing.database, handler, translate=translate):
        (job,) = await finished(doing, job_id)
    assert (job.state, job.error, job.error_class) == (
        JobState.FAILED,
        "missing 'outlet'",
        "KeyError",
    )


async def test_without_a_translation_an_exception_is_a_retry_with_its_trace(doing: Doing) -> None:
    async def handler(context: JobContext) -> Outcome:
        raise RuntimeError("boom")

    job_id = await doing.one(max_attempts=1)
    async with working(doing.database, handler):
        (job,) = await finished(doing, job_id)
    (attempt,) = job.history
    assert attempt.trace is not None
    assert 'raise RuntimeError("boom")' in attempt.trace


async def test_a_job_that_takes_longer_than_its_timeout_fails_the_attempt(doing: Doing) -> None:
    async def handler(context: JobContext) -> Outcome:
        await asyncio.Event().wait()
        raise AssertionError

    job_id = await doing.one(timeout=timedelta(milliseconds=50), max_attempts=1)
    async with working(doing.database, handler):
        (job,) = await finished(doing, job_id)
    assert (job.error_class, job.error) == ("Timeout", "It took longer than 0.05 s.")


async def test_a_handlers_own_timeout_error_is_translated(doing: Doing) -> None:
    async def handler(context: JobContext) -> Outcome:
        raise TimeoutError("no answer")

    job_id = await doing.one(timeout=timedelta(hours=1), max_attempts=1)
    async with working(doing.database, handler):
        (job,) = await finished(doing, job_id)
    assert job.error == "no answer"


async def test_cancel_reaches_a_running_handler(doing: Doing) -> None:
    started = asyncio.Event()

    async def handler(context: JobContext) -> Outcome:
        started.set()
        await context.cancelled.wait()
        return Cancelled(reason="stopped after step 3")

    async with working(doing.database, handler):
        job_id = await doing.one()
        await started.wait()
        await doing.cancel(job_id)
        (job,) = await finished(doing, job_id)
    assert (job.state, job.error) == (JobState.CANCELLED, "stopped after step 3")


async def test_cancel_by_another_process_reaches_a_running_handler(
    doing: Doing, database_url: str
) -> None:
    started = asyncio.Event()

    async def handler(context: JobContext) -> Outcome:
        started.set()
        await context.cancelled.wait()
        return Cancelled()

    lease = timedelta(milliseconds=900)
    async with (
        await Database.open(database_url) as other,
        working(doing.database, handler, lease=lease),
    ):
        job_id = await doing.one()
        await started.wait()
        await Doing(other).cancel(job_id)
        (job,) = await finished(doing, job_id)
    assert job.state is JobState.CANCELLED


async def test_a_handler_that_does_not_heed_a_cancel_is_broken_off(doing: Doing) -> None:
    started = asyncio.Event()

    async def handler(context: JobContext) -> Outcome:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with working(doing.database, handler, cancel_grace=SOON):
        job_id = await doing.one()
        await started.wait()
        await doing.cancel(job_id)
        (job,) = await finished(doing, job_id)
    assert job.state is JobState.CANCELLED


async def test_leases_are_renewed_while_a_handler_runs(doing: Doing) -> None:
    async def handler(context: JobContext) -> Outcome:
        first, ends = (await doing.find(context.job.id)).lease_expires_at, context.lease_ends

        async def moved() -> bool:
            found = (await doing.find(context.job.id)).lease_expires_at
            return found != first and context.lease_ends > ends

        await until(moved)
        assert context.holds_lease
        return Done()

    job_id = await doing.one(max_attempts=1)
    async with working(doing.database, handler, lease=timedelta(milliseconds=1500)):
        (job,) = await finished(doing, job_id)
    assert job.state is JobState.COMPLETED


@pytest.mark.parametrize("limit", [None, timedelta(milliseconds=100)])
async def test_a_handler_that_blocks_the_loop_keeps_its_lease_until_its_timeout(
    doing: Doing, database_kind: str, database_url: str, limit: timedelta | None
) -> None:
    """On MariaDB, where another daemon could take the job; the probe asks from another thread."""
    if database_kind == "sqlite":
        return
    left: list[timedelta] = []

    async def probe(job_id: int) -> None:
        async with await Database.open(database_url) as other, other.read() as tx:
            job = await queue.find(tx, job_id)
            assert job.lease_expires_at is not None
            left.append(job.lease_expires_at - await tx.now())

    async def handler(context: JobContext) -> Outcome:
        time.sleep(3)  # noqa: ASYNC251 - blocking is what is tested
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(probe(context.job.id))).result()
        return Done()

    job_id = await doing.one(timeout=limit)
    lease = timedelta(seconds=2)
    async with working(doing.database, handler, lease=lease, cancel_grace=SOON):
        await until(lambda: answered(left))
    assert (left[0] > timedelta(0)) == (limit is None)
    assert (await doing.find(job_id)).attempts <= 1


async def answered(left: list[timedelta]) -> bool:
    return bool(left)


async def test_a_run_whose_job_was_taken_over_is_broken_off_and_writes_nothing(
    doing: Doing,
) -> None:
    broken_off = asyncio.Event()
    started = asyncio.Event()

    async def handler(context: JobContext) -> Outcome:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            assert not context.holds_lease
            broken_off.set()
        raise AssertionError

    lease = timedelta(milliseconds=300)
    async with working(doing.database, handler, lease=lease):
        job_id = await doing.one()
        await started.wait()
        job = await hand_over(doing, job_id)
        await broken_off.wait()
        assert (await doing.find(job_id)).state is JobState.PROCESSING
        assert await doing.end(job, Done())


async def hand_over(doing: Doing, job_id: int) -> Job:
    """Give the job that w1 runs to w2, in one step that w1 cannot come between."""
    request = store.Claim(worker_id="w2", types=doing.types, limit=1, lease=timedelta(hours=1))
    async with doing.database.write() as tx:
        now = await tx.now()
        await store.recover_own(tx, worker_id="w1", now=now)
        await queue.retry(tx, job_id, now=now)
        (job,) = await store.claim(tx, request, now=now)
    return job


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
