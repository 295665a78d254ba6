"""The queue contract: what a crash leaves behind, listing and pruning."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lsync.core import queue
from lsync.core.domain.job import JobState, Priority
from lsync.core.domain.outcome import Dead, Done, Retry
from lsync.core.queue import NewJob
from lsync.core.store.cursor import Cursor
from lsync.core.store.database import Database
from lsync.core.store.jobs import recovering
from tests.databases import MariaDB
from tests.queue.conftest import Clock
from tests.queue.doing import Doing


@pytest.fixture
def doing(timed: Database) -> Doing:
    return Doing(timed)


# Enqueueing


async def test_expired_leases_return_and_finished_jobs_stay(doing: Doing, clock: Clock) -> None:
    await doing.one()
    await doing.one()
    done, lost = await doing.claim()
    await doing.end(done, Done())
    clock.move(seconds=31)
    found = await doing.recover()
    assert found.ids == (lost.id,)
    assert (await doing.find(done.id)).state is JobState.COMPLETED
    history = (await doing.find(lost.id)).history
    assert [attempt.outcome for attempt in history] == ["crashed"]


async def test_own_orphans_return_at_once(doing: Doing) -> None:
    await doing.one()
    await doing.claim(worker="w1")
    assert (await doing.recover_own("w2")).ids == ()
    assert len((await doing.recover_own("w1")).pending) == 1


@pytest.mark.mariadb
async def test_two_daemons_that_take_back_the_same_jobs_at_once_do_it_once(
    mariadb_template: tuple[MariaDB, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One takes them between the other's look and its lock, as when a worker starts anew."""
    url = mariadb_template[1]
    look = recovering._held_by
    taken: list[int] = []

    async def take_back() -> None:
        async with await Database.open(url) as other:
            taken.extend((await Doing(other).recover_own()).ids)

    def look_and_be_overtaken(cursor: Cursor, workers: list[str]) -> list[int]:
        found = look(cursor, workers)
        if not taken:
            monkeypatch.setattr(recovering, "_held_by", look)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(asyncio.run, take_back()).result()
        return found

    async with await Database.open(url) as database:
        doing = Doing(database)
        job_id = await doing.one()
        await doing.claim()
        monkeypatch.setattr(recovering, "_held_by", look_and_be_overtaken)
        assert (await doing.recover_own()).ids == ()
        assert taken == [job_id]
        assert len((await doing.find(job_id)).history) == 1
        async with database.write() as tx:
            await tx.execute(tx.tables.queue_jobs.delete())
            await tx.execute(tx.tables.queue_counts.delete())


async def test_one_does_not_recover_oneself(doing: Doing, clock: Clock) -> None:
    await doing.one()
    await doing.claim(worker="w1")
    clock.move(minutes=5)
    assert (await doing.recover(except_worker="w1")).ids == ()
    assert len((await doing.recover(except_worker="w2")).ids) == 1


async def test_orphans_of_a_shared_crash_run_again_one_at_a_time(doing: Doing) -> None:
    first, second = await doing.one(), await doing.one()
    third = await doing.one(priority=Priority.LOW)
    await doing.claim(2)
    await doing.recover_own()
    (job,) = await doing.claim()
    assert (job.id, job.alone, job.crashes) == (first, True, 0)
    assert await doing.claim(busy=True) == []
    await doing.end(job, Done())
    (job,) = await doing.claim()
    assert job.id == second
    await doing.end(job, Retry(error="x"))
    assert not (await doing.find(second)).alone
    assert [job.id for job in await doing.claim()] == [third]


async def test_a_job_that_kills_its_worker_alone_three_times_is_dead(
    doing: Doing, clock: Clock
) -> None:
    poison = await doing.one()
    for _ in range(3):
        (job,) = await doing.claim()
        assert job.attempts == 0
        await doing.recover_own()
        clock.move(minutes=1)
    dead = await doing.find(poison)
    assert (dead.state, dead.crashes, dead.error_class) == (JobState.FAILED, 3, "Crashed")
    assert [attempt.outcome for attempt in dead.history] == ["crashed"] * 3


async def test_a_poison_job_does_not_take_innocents_with_it(doing: Doing, clock: Clock) -> None:
    """It kills the worker whenever it runs; the others end, uncharged."""
    poison = await doing.one()
    innocents = [await doing.one() for _ in range(3)]
    for _ in range(20):
        jobs = await doing.claim(4)
        if any(job.id == poison for job in jobs):
            await doing.recover_own()
        else:
            await doing.end_all([(job, Done()) for job in jobs])
        clock.move(seconds=10)
    assert (await doing.find(poison)).state is JobState.FAILED
    for job_id in innocents:
        found = await doing.find(job_id)
        assert (found.state, found.crashes, found.attempts) == (JobState.COMPLETED, 0, 1)


async def test_jobs_of_a_dead_worker_return_together_even_if_their_leases_differ(
    doing: Doing, clock: Clock
) -> None:
    """Otherwise the one whose lease ends last would seem to have run alone."""
    await doing.one()
    await doing.claim()
    clock.move(seconds=10)
    await doing.one()
    await doing.claim()
    clock.move(seconds=25)
    assert (await doing.recover()).ids == ()
    clock.move(seconds=10)
    found = await doing.recover()
    assert len(found.pending) == 2
    assert {(await doing.find(job_id)).crashes for job_id in found.pending} == {0}


async def test_a_job_cancelled_while_its_worker_died_is_cancelled(doing: Doing) -> None:
    job_id = await doing.one()
    await doing.claim()
    await doing.cancel(job_id)
    assert (await doing.recover_own()).cancelled == (job_id,)


async def test_listing_filters_and_pages(doing: Doing, timed: Database, clock: Clock) -> None:
    doing.types = ("work", "other")
    ids = [await doing.one(payload={"order": f"PO-{n}"}) for n in range(5)]
    (other,) = await doing.enqueue(NewJob(type="other", unique_key="100%_sure"))
    jobs = await doing.claim(1)
    async with timed.read() as tx:
        page = await queue.listing(tx, limit=2)
        assert [job.id for job in page] == [other.job_id, ids[4]]
        rest = await queue.listing(tx, after=page[-1].id)
        assert [job.id for job in rest] == ids[3::-1]
        running = await queue.listing(tx, queue.JobFilter(state=JobState.PROCESSING))
        assert [job.id for job in running] == [jobs[0].id]
        found = await queue.listing(tx, queue.JobFilter(text="po-3"))
        assert [job.id for job in found] == [ids[3]]
        found = await queue.listing(tx, queue.JobFilter(text="0%_s"))
        assert [job.id for job in found] == [other.job_id]
        assert await queue.listing(tx, queue.JobFilter(text="%")) == found
        later = clock.now + timedelta(minutes=1)
        stuck = await queue.listing(tx, queue.JobFilter(stuck_at=later))
        assert [job.id for job in stuck] == [jobs[0].id]
        assert await queue.ids_matching(tx, queue.JobFilter(type="work"), limit=2) == ids[:2]


async def test_prune_deletes_old_finished_jobs_in_small_steps(
    doing: Doing, timed: Database, clock: Clock
) -> None:
    old = [await doing.one() for _ in range(5)]
    await doing.end_all([(job, Done()) for job in await doing.claim()])
    clock.move(days=2)
    kept = await doing.one()
    await doing.end((await doing.claim())[0], Dead(error="x"))
    waiting = await doing.one()
    before = clock.now - timedelta(days=1)
    async with timed.write() as tx:
        assert await queue.prune(tx, before=before, limit=3) == 3
        assert await queue.prune(tx, before=before, limit=3) == 2
        assert await queue.prune(tx, before=before, limit=3) == 0
        assert await queue.prune(tx, before=clock.now, states={JobState.COMPLETED}, limit=3) == 0
    async with timed.read() as tx:
        assert {job.id for job in await queue.listing(tx)} == {kept, waiting}
    with pytest.raises(queue.UnknownJobError):
        await doing.find(old[0])


async def test_prune_spares_what_others_depend_on(
    doing: Doing, timed: Database, clock: Clock
) -> None:
    parent = await doing.one()
    child = await doing.one(after=(parent,))
    await doing.end((await doing.claim())[0], Done())
    clock.move(days=2)
    async with timed.write() as tx:
        assert await queue.prune(tx, before=clock.now) == 0
    await doing.end((await doing.claim())[0], Done())
    clock.move(seconds=1)
    async with timed.write() as tx:
        assert await queue.prune(tx, before=clock.now) == 1
        assert await queue.prune(tx, before=clock.now) == 1
    with pytest.raises(queue.UnknownJobError):
        await doing.find(child)


async def test_prune_refuses_living_states(timed: Database, clock: Clock) -> None:
    async with timed.write() as tx:
        with pytest.raises(ValueError, match="finished"):
            await queue.prune(tx, before=clock.now, states={JobState.PENDING})
