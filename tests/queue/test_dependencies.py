"""The queue contract: jobs that wait for others."""

import pytest

from lsync.core import queue
from lsync.core.domain.job import JobState, Priority
from lsync.core.domain.outcome import Dead, Done
from lsync.core.store import job_stats
from lsync.core.store.database import Database
from tests.queue.doing import Doing


@pytest.fixture
def doing(timed: Database) -> Doing:
    return Doing(timed)


# Enqueueing


async def test_a_job_waits_for_all_its_parents(doing: Doing) -> None:
    parents = [await doing.one(), await doing.one()]
    child = await doing.one(after=tuple(parents))
    jobs = await doing.claim()
    assert [job.id for job in jobs] == parents
    await doing.end(jobs[0], Done())
    assert await doing.claim() == []
    await doing.end(jobs[1], Done(result={"a": 1}))
    assert [job.id for job in await doing.claim()] == [child]


async def test_two_parents_that_end_in_one_go_free_the_child(doing: Doing) -> None:
    parents = [await doing.one(), await doing.one()]
    child = await doing.one(after=tuple(parents))
    await doing.end_all([(job, Done()) for job in await doing.claim()])
    assert [job.id for job in await doing.claim()] == [child]


async def test_a_failed_parent_fails_its_descendants_with_that_reason(doing: Doing) -> None:
    parent = await doing.one()
    child = await doing.one(after=(parent,))
    grandchild = await doing.one(after=(child,))
    (job,) = await doing.claim()
    await doing.end(job, Dead(error="no"))
    found = [await doing.find(child), await doing.find(grandchild)]
    assert [one.state for one in found] == [JobState.FAILED, JobState.FAILED]
    assert found[0].error == f"Job {parent}, which this one waits for, failed."
    assert found[1].error == f"Job {child}, which this one waits for, failed."


async def test_a_cancelled_parent_fails_its_children(doing: Doing) -> None:
    parent = await doing.one()
    child = await doing.one(after=(parent,))
    await doing.cancel(parent)
    found = await doing.find(child)
    assert found.state is JobState.FAILED
    assert found.error == f"Job {parent}, which this one waits for, was cancelled."


async def test_retrying_a_parent_revives_what_it_failed(doing: Doing) -> None:
    parent, other = await doing.one(), await doing.one()
    child = await doing.one(after=(parent,))
    both = await doing.one(after=(parent, other))
    grandchild = await doing.one(after=(child,))
    one, two = await doing.claim()
    await doing.end_all([(one, Dead(error="no")), (two, Dead(error="no"))])
    await doing.retry(parent)
    assert (await doing.find(child)).state is JobState.PENDING
    assert (await doing.find(grandchild)).state is JobState.PENDING
    assert (await doing.find(both)).state is JobState.FAILED
    assert await doing.end((await doing.claim())[0], Done())
    assert [job.id for job in await doing.claim()] == [child]
    await doing.retry(other)
    assert (await doing.find(both)).state is JobState.PENDING
    (job,) = await doing.claim()
    await doing.end(job, Done())
    assert [job.id for job in await doing.claim()] == [both]


async def test_a_child_that_is_also_a_grandchild_is_revived_and_counted_once(doing: Doing) -> None:
    parent = await doing.one()
    child = await doing.one(after=(parent,))
    await doing.one(after=(parent, child))
    (job,) = await doing.claim()
    await doing.end(job, Dead(error="no"))
    await doing.retry(parent)
    async with doing.database.read() as tx:
        counts = (await job_stats.counts(tx)).by_priority
    assert counts[JobState.PENDING][Priority.NORMAL] == 3
    assert counts[JobState.FAILED][Priority.NORMAL] == 0


async def test_a_child_of_a_failed_parent_cannot_be_retried_alone(doing: Doing) -> None:
    parent = await doing.one()
    child = await doing.one(after=(parent,))
    await doing.cancel(parent)
    with pytest.raises(queue.ParentUnfinishedError, match=f"Retry job {parent}"):
        await doing.retry(child)


async def test_parents_that_ended_before_the_child_came(doing: Doing) -> None:
    done, failed = await doing.one(), await doing.one()
    one, two = await doing.claim()
    await doing.end_all([(one, Done()), (two, Dead(error="no"))])
    ready = await doing.one(after=(done,))
    late = await doing.one(after=(done, failed))
    assert [job.id for job in await doing.claim()] == [ready]
    assert (await doing.find(late)).state is JobState.FAILED


async def test_an_unknown_parent_is_refused(doing: Doing) -> None:
    with pytest.raises(queue.UnknownJobError, match="4711"):
        await doing.one(after=(4711,))
