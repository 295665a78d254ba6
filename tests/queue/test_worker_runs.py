"""A whole worker on a real database: errors, timeouts, cancels and leases of running jobs."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lsync.core import queue
from lsync.core.domain.job import Job, JobState
from lsync.core.domain.outcome import Cancelled, Dead, Done, Outcome
from lsync.core.queue import JobContext
from lsync.core.store import jobs as store
from lsync.core.store.database import Database
from tests.queue.doing import Doing
from tests.queue.working import SOON, finished, until, working


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
