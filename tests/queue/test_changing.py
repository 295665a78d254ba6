"""The queue contract: cancel, retry, discard and pause by hand."""

import pytest

from lsync.core import queue
from lsync.core.domain.job import JobState
from lsync.core.domain.outcome import Cancelled, Dead, Done, Retry
from lsync.core.domain.pausing import OWN_NAME
from lsync.core.queue import Deed, JobStateError, NewJob
from lsync.core.store.database import Database
from tests.queue.conftest import Clock
from tests.queue.doing import Doing


@pytest.fixture
def doing(timed: Database) -> Doing:
    return Doing(timed)


# Enqueueing


async def test_cancel_of_a_running_job_waits_for_its_handler(doing: Doing) -> None:
    job_id = await doing.one()
    (job,) = await doing.claim()
    asked = await doing.cancel(job_id)
    assert (asked.state, asked.cancel_requested) == (JobState.PROCESSING, True)
    assert (await doing.renew(job)).cancelled == {job_id}
    await doing.end(job, Cancelled())
    assert (await doing.find(job_id)).state is JobState.CANCELLED


async def test_a_cancelled_run_is_not_tried_again_but_may_be_done(doing: Doing) -> None:
    first, second = await doing.one(), await doing.one()
    one, two = await doing.claim()
    await doing.cancel(first)
    await doing.cancel(second)
    await doing.end_all([(one, Retry(error="x")), (two, Done())])
    assert (await doing.find(first)).state is JobState.CANCELLED
    assert (await doing.find(second)).state is JobState.COMPLETED


async def test_what_has_finished_cannot_be_cancelled_and_what_is_done_not_retried(
    doing: Doing,
) -> None:
    job_id = await doing.one()
    (job,) = await doing.claim()
    await doing.end(job, Done())
    with pytest.raises(JobStateError):
        await doing.cancel(job_id)
    with pytest.raises(JobStateError):
        await doing.retry(job_id)
    with pytest.raises(queue.UnknownJobError):
        await doing.cancel(4711)


async def test_a_dead_letter_can_be_corrected_and_retried(doing: Doing, timed: Database) -> None:
    job_id = await doing.one(payload={"sku": "tpyo"}, max_attempts=1)
    (job,) = await doing.claim()
    await doing.end(job, Retry(error="x"))
    async with timed.write() as tx:
        await queue.replace_payload(tx, job_id, {"sku": "typo"})
    retried = await doing.retry(job_id)
    assert (retried.state, retried.attempts, retried.error) == (JobState.PENDING, 0, None)
    (job,) = await doing.claim()
    assert job.payload == {"sku": "typo"}
    await doing.end(job, Done())
    assert [attempt.outcome for attempt in (await doing.find(job_id)).history] == ["retry", "done"]


async def test_retry_of_a_resting_job_runs_it_now(doing: Doing) -> None:
    job_id = await doing.one()
    (job,) = await doing.claim()
    await doing.end(job, Retry(error="x"))
    assert await doing.claim() == []
    await doing.retry(job_id)
    assert [job.id for job in await doing.claim()] == [job_id]


async def test_discard_puts_a_dead_letter_away(doing: Doing, timed: Database) -> None:
    job_id = await doing.one()
    (job,) = await doing.claim()
    async with timed.write() as tx:
        with pytest.raises(JobStateError):
            await queue.discard(tx, job_id, now=await tx.now())
    await doing.end(job, Dead(error="x"))
    async with timed.write() as tx:
        await queue.discard(tx, job_id, now=await tx.now())
    assert (await doing.find(job_id)).state is JobState.CANCELLED


async def test_a_pause_holds_one_type_or_all(doing: Doing, timed: Database, clock: Clock) -> None:
    doing.types = ("work", "other")
    await doing.enqueue(NewJob(type="work"), NewJob(type="other"))
    async with timed.write() as tx:
        await queue.pause(tx, now=clock.now, by="ops", reason="token revoked", type="work")
    assert [job.type for job in await doing.claim()] == ["other"]
    async with timed.write() as tx:
        await queue.pause(tx, now=clock.now, by="ops")
        assert await queue.resume(tx, type="work")
    assert await doing.claim() == []
    async with timed.read() as tx:
        assert [pause.type for pause in await queue.pauses(tx)] == ["*"]
    async with timed.write() as tx:
        assert await queue.resume(tx)
        assert not await queue.resume(tx)
    assert [job.type for job in await doing.claim()] == ["work"]


async def test_a_second_pause_keeps_the_first_one_s_reason_unless_it_gives_one(
    timed: Database, clock: Clock
) -> None:
    async def pause(by: str, reason: str = "") -> tuple[str, str, bool]:
        async with timed.write() as tx:
            made = await queue.pause(tx, now=clock.now, by=by, reason=reason)
            assert await queue.pauses(tx) == [made]
        return made.paused_by, made.reason, made.paused_at == began

    began = clock.now
    assert await pause("ann", "stock count") == ("ann", "stock count", True)
    clock.move(minutes=1)
    assert await pause("bob") == ("ann", "stock count", True)
    assert await pause("bob", "moving house") == ("bob", "moving house", True)


async def test_a_person_s_pause_takes_the_place_of_lsync_s_own(
    timed: Database, clock: Clock
) -> None:
    async with timed.write() as tx:
        await queue.pause(tx, now=clock.now, by=OWN_NAME, reason="the token was refused")
        made = await queue.pause(tx, now=clock.now, by="ann")
        assert (made.paused_by, made.reason) == ("ann", "")
        assert await queue.pauses(tx) == [made]


@pytest.mark.parametrize(
    ("state", "deed", "told"),
    [
        (JobState.CANCELLED, Deed.CANCEL, "It is cancelled already; only a job that waits or runs"),
        (JobState.FAILED, Deed.CANCEL, "`lsync queue discard 17` gives it up."),
        (JobState.PROCESSING, Deed.RETRY, "Wait until it has ended, or stop it with"),
        (JobState.PENDING, Deed.RETRY, "Nothing to do: it runs by itself."),
        (JobState.PENDING, Deed.DISCARD, "`lsync queue cancel 17` takes it off the queue."),
        (JobState.COMPLETED, Deed.CORRECT, "`lsync queue show 17` shows how it ended."),
    ],
)
def test_a_state_that_does_not_fit_is_named_with_the_way_on(
    state: JobState, deed: Deed, told: str
) -> None:
    failure = JobStateError(17, state=state, deed=deed)
    assert str(failure).startswith(f"Job 17 was not {deed}. It ")
    assert told in str(failure)
