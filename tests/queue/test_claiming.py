"""The queue contract: order, leases, outcomes and concurrency keys."""

from datetime import timedelta

import pytest

from lsync.core.domain.job import Job, JobState, Priority
from lsync.core.domain.outcome import Cancelled, Dead, Done, Outcome, Retry, Snooze
from lsync.core.queue import NewJob
from lsync.core.store.database import Database
from tests.queue.conftest import Clock
from tests.queue.doing import Doing


@pytest.fixture
def doing(timed: Database) -> Doing:
    return Doing(timed)


# Enqueueing


async def test_order_is_priority_then_time_then_id(doing: Doing, clock: Clock) -> None:
    late = await doing.one(priority=Priority.CRITICAL, available_at=clock.now + timedelta(hours=1))
    low = await doing.one(priority=Priority.LOW)
    normal_later = await doing.one(available_at=clock.now - timedelta(seconds=1))
    normal_first = await doing.one(available_at=clock.now - timedelta(seconds=2))
    critical = await doing.one(priority=Priority.CRITICAL)
    critical_too = await doing.one(priority=Priority.CRITICAL)
    assert [job.id for job in await doing.claim()] == [
        critical,
        critical_too,
        normal_first,
        normal_later,
        low,
    ]
    clock.move(hours=2)
    assert [job.id for job in await doing.claim()] == [late]


async def test_waiting_lifts_a_low_job_over_a_fresh_critical_one(
    doing: Doing, clock: Clock, timed: Database
) -> None:
    from lsync.core.store.jobs import promote

    low = await doing.one(priority=Priority.LOW)
    for _ in range(3):
        clock.move(minutes=31)
        async with timed.write() as tx:
            await promote(tx, now=clock.now)
    await doing.one(priority=Priority.CRITICAL)
    (job,) = await doing.claim(1)
    assert (job.id, job.priority) == (low, Priority.LOW)


async def test_a_job_is_claimed_once(doing: Doing) -> None:
    await doing.one()
    assert len(await doing.claim(worker="w1")) == 1
    assert await doing.claim(worker="w2") == []


async def test_only_known_types_are_claimed(doing: Doing) -> None:
    await doing.enqueue(NewJob(type="other"), NewJob(type="work"))
    assert [job.type for job in await doing.claim()] == ["work"]


async def test_retry_rests_longer_each_time_and_ends_dead(doing: Doing, clock: Clock) -> None:
    job_id = await doing.one(max_attempts=4)
    for rest in (60, 300, 900):
        (job,) = await doing.claim()
        await doing.end(job, Retry(error="HTTP 503", error_class="Unavailable", trace="…"))
        clock.move(seconds=rest - 1)
        assert await doing.claim() == []
        clock.move(seconds=1)
    (job,) = await doing.claim()
    await doing.end(job, Retry(error="HTTP 503", error_class="Unavailable", trace="…"))
    dead = await doing.find(job_id)
    assert (dead.state, dead.attempts, dead.error) == (JobState.FAILED, 4, "HTTP 503")
    assert [attempt.number for attempt in dead.history] == [1, 2, 3, 4]
    assert {attempt.trace for attempt in dead.history} == {"…"}


async def test_snooze_spends_no_attempt(doing: Doing, clock: Clock) -> None:
    job_id = await doing.one(max_attempts=1)
    for _ in range(5):
        (job,) = await doing.claim()
        until = clock.now + timedelta(seconds=5)
        assert await doing.end(job, Snooze(until=until, reason="budget spent"))
        waiting = await doing.find(job_id)
        assert (waiting.state, waiting.attempts, waiting.error) == (
            JobState.PENDING,
            0,
            "budget spent",
        )
        clock.move(seconds=5)


async def test_a_run_broken_off_by_a_shutdown_costs_nothing(doing: Doing) -> None:
    job_id = await doing.one()
    (job,) = await doing.claim()
    assert await doing.end(job, None)
    found = await doing.find(job_id)
    assert (found.state, found.attempts, found.error) == (JobState.PENDING, 0, None)
    assert [job.id for job in await doing.claim()] == [job_id]


async def test_dead_and_cancelled_end_the_job_with_their_reason(doing: Doing) -> None:
    first, second = await doing.one(), await doing.one()
    one, two = await doing.claim()
    await doing.end_all(
        [(one, Dead(error="unknown SKU", error_class="Blocked")), (two, Cancelled())]
    )
    dead, cancelled = await doing.find(first), await doing.find(second)
    assert (dead.state, dead.error, dead.error_class) == (JobState.FAILED, "unknown SKU", "Blocked")
    assert cancelled.state is JobState.CANCELLED
    assert await doing.claim() == []


async def test_many_ends_in_one_go(doing: Doing, clock: Clock) -> None:
    ids = [await doing.one() for _ in range(6)]
    jobs = await doing.claim()
    outcomes: list[Outcome | None] = [
        Done(),
        Retry(error="x"),
        Done(result={"a": 1}),
        Dead(error="y"),
        Done(),
        None,
    ]
    assert await doing.end_all(list(zip(jobs, outcomes, strict=True))) == set(ids)
    states = [(await doing.find(job_id)).state.value for job_id in ids]
    assert states == ["completed", "pending", "completed", "failed", "completed", "pending"]


async def test_a_stale_run_is_refused_among_others_that_hold(doing: Doing, clock: Clock) -> None:
    lost = await doing.one()
    (stale,) = await doing.claim()
    clock.move(seconds=61)
    await doing.recover()
    clock.move(seconds=31)
    assert await doing.claim(worker="w2")
    kept = [await doing.one(), await doing.one(), await doing.one()]
    asked = kept[2]
    jobs = await doing.claim()
    await doing.cancel(asked)
    runs: list[tuple[Job, Outcome]] = [(stale, Done())]
    runs += [(job, Retry(error="x")) for job in jobs]
    assert await doing.end_all(runs) == set(kept)
    assert (await doing.find(lost)).state is JobState.PROCESSING
    assert (await doing.find(asked)).state is JobState.CANCELLED
    assert (await doing.find(kept[0])).state is JobState.PENDING


async def test_a_stale_worker_changes_nothing(doing: Doing, clock: Clock) -> None:
    job_id = await doing.one()
    (stale,) = await doing.claim(worker="w1")
    clock.move(seconds=31)
    await doing.recover()
    clock.move(seconds=31)
    (fresh,) = await doing.claim(worker="w2")
    assert fresh.epoch == stale.epoch + 1
    assert not await doing.end(stale, Done())
    assert not await doing.end(stale, Dead(error="x"))
    assert (await doing.renew(stale)).lost == {job_id}
    assert (await doing.find(job_id)).state is JobState.PROCESSING
    assert await doing.end(fresh, Done())
    assert not await doing.end(fresh, Done())


async def test_a_renewed_lease_is_not_recovered(doing: Doing, clock: Clock) -> None:
    await doing.one()
    (job,) = await doing.claim()
    for _ in range(4):
        clock.move(seconds=20)
        assert (await doing.renew(job)).lost == frozenset()
        assert (await doing.recover()).ids == ()


async def test_one_job_per_concurrency_key_runs_at_a_time(doing: Doing) -> None:
    first = await doing.one(concurrency_key="order:1")
    second = await doing.one(concurrency_key="order:1")
    other = await doing.one(concurrency_key="order:2")
    jobs = await doing.claim(worker="w1")
    assert [job.id for job in jobs] == [first, other]
    assert await doing.claim(worker="w2") == []
    await doing.end(jobs[0], Done())
    assert [job.id for job in await doing.claim(worker="w2")] == [second]


async def test_a_limit_above_one(doing: Doing) -> None:
    ids = [await doing.one(concurrency_key="api", concurrency_limit=3) for _ in range(5)]
    jobs = await doing.claim(2) + await doing.claim(worker="w2")
    assert [job.id for job in jobs] == ids[:3]
    await doing.end(jobs[1], Retry(error="x"))
    assert [job.id for job in await doing.claim()] == ids[3:4]


async def test_blocked_jobs_at_the_front_do_not_hold_up_the_rest(doing: Doing) -> None:
    for _ in range(25):
        await doing.one(concurrency_key="same", priority=Priority.HIGH)
    free = [await doing.one() for _ in range(5)]
    assert [job.id for job in await doing.claim(6)][1:] == free


@pytest.mark.parametrize("outcome", [Done(), Done(result={"a": 1}), Retry(error="x"), None])
async def test_every_end_frees_the_slot(doing: Doing, clock: Clock, outcome: object) -> None:
    await doing.one(concurrency_key="k")
    await doing.one(concurrency_key="k")
    (job,) = await doing.claim()
    await doing.end(job, outcome)  # type: ignore[arg-type]  # one of the outcomes
    clock.move(minutes=2)
    assert len(await doing.claim()) == 1
