"""Reports about jobs: how they ended, how long they took, why they failed."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from lsync.core.domain.outcome import Dead, Done, Outcome, Retry
from lsync.core.store import job_reports
from lsync.core.store.database import Database
from lsync.core.store.job_reports import JobsWanted
from tests.queue.conftest import Clock
from tests.queue.doing import Doing


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def doing(database_url: str, clock: Clock) -> AsyncIterator[Doing]:
    async with await Database.open(database_url, clock=clock) as opened:
        yield Doing(opened, types=("work", "other"))


async def run(
    doing: Doing, clock: Clock, outcome: Outcome, *, seconds: float, **job: object
) -> None:
    await doing.one(**job)
    clock.move(seconds=1)
    (claimed,) = await doing.claim()
    clock.move(seconds=seconds)
    assert await doing.end(claimed, outcome)


async def test_ends_and_times_by_type(doing: Doing, clock: Clock) -> None:
    for seconds in range(1, 21):
        await run(doing, clock, Done(), seconds=seconds)
    await run(doing, clock, Dead(error_class="unknown_sku", error="no such SKU"), seconds=1)
    await run(doing, clock, Done(), seconds=2, type="other")
    async with doing.database.read() as tx:
        other, work = await job_reports.runs(tx, JobsWanted(), by="type")
        only = await job_reports.runs(tx, JobsWanted(types=("other",)), by="type")
    assert (work.group, work.completed, work.failed, work.cancelled) == ("work", 20, 1, 0)
    assert (work.wait_seconds, work.run_average) == (1.0, 10.5)
    assert (work.run_p50, work.run_p95, work.run_longest) == (10.0, 19.0, 20.0)
    assert only == [other]
    assert (other.completed, other.run_p50, other.run_p95) == (1, 2.0, 2.0)


async def test_a_period_and_days(doing: Doing, clock: Clock) -> None:
    await run(doing, clock, Done(), seconds=1)
    clock.move(days=1)
    between = clock.now
    clock.move(seconds=1)
    await run(doing, clock, Dead(error_class="gone", error="gone"), seconds=1)
    async with doing.database.read() as tx:
        first, second = await job_reports.runs(tx, JobsWanted(), by="day")
        later = await job_reports.runs(tx, JobsWanted(since=between), by="day")
        before = await job_reports.runs(tx, JobsWanted(until=between), by="day")
    assert (first.group, second.group) == (
        f"{between - timedelta(days=1):%Y-%m-%d}",
        f"{between:%Y-%m-%d}",
    )
    assert (later, before) == ([second], [first])
    assert (second.failed, second.run_p50) == (1, None)


async def test_retried_jobs_count_once(doing: Doing, clock: Clock) -> None:
    await run(doing, clock, Retry(error_class="timeout", error="slow"), seconds=1)
    clock.move(hours=1)
    (again,) = await doing.claim()
    await doing.end(again, Done())
    async with doing.database.read() as tx:
        (work,) = await job_reports.runs(tx, JobsWanted(), by="type")
    assert (work.completed, work.retried) == (1, 1)


async def test_failures_by_reason_the_most_frequent_first(doing: Doing, clock: Clock) -> None:
    for reason in ("rare", "often", "often"):
        dead = Dead(error_class=reason, error=f"{reason} at {clock.now:%H:%M:%S}")
        await run(doing, clock, dead, seconds=1)
    await run(doing, clock, Done(), seconds=1)
    async with doing.database.read() as tx:
        often, rare = await job_reports.failures(tx, JobsWanted())
        assert await job_reports.failures(tx, JobsWanted(since=clock.now)) == []
        assert len(await job_reports.failures(tx, JobsWanted(), limit=1)) == 1
    assert (often.error_class, often.jobs, often.type) == ("often", 2, "work")
    assert often.example.startswith("often at")
    assert often.newest_job > rare.newest_job
    assert rare.newest_at < often.newest_at
