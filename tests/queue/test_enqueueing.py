"""The queue contract: jobs come in whole, once, and tell of it after the commit."""

from datetime import timedelta

import pytest

from lsync.core import queue
from lsync.core.domain.job import JobState, Priority, UniqueScope
from lsync.core.domain.outcome import Dead, Done, Retry
from lsync.core.queue import NewJob
from lsync.core.store.database import Change, Database
from tests.queue.conftest import Clock
from tests.queue.doing import Doing


@pytest.fixture
def doing(timed: Database) -> Doing:
    return Doing(timed)


# Enqueueing


async def test_a_job_lives_from_enqueue_to_done(doing: Doing, clock: Clock) -> None:
    job_id = await doing.one(payload={"order": "PO-1 é"}, priority=Priority.HIGH)
    (job,) = await doing.claim()
    assert (job.id, job.payload, job.state) == (job_id, {"order": "PO-1 é"}, JobState.PROCESSING)
    clock.move(seconds=2)
    assert await doing.end(job, Done(result={"consignment": "c1"}))
    done = await doing.find(job_id)
    assert (done.state, done.attempts, done.result) == (
        JobState.COMPLETED,
        1,
        {"consignment": "c1"},
    )
    (attempt,) = done.history
    assert (attempt.number, attempt.outcome, attempt.worker_id) == (1, "done", "w1")
    assert attempt.ended_at is not None
    assert attempt.ended_at - attempt.started_at == timedelta(seconds=2)


async def test_many_jobs_of_all_kinds_get_their_ids_in_order(doing: Doing) -> None:
    parent = await doing.one()
    new = [
        NewJob(type="work", payload={"n": 0}),
        NewJob(type="work", payload={"n": 1}),
        NewJob(type="work", payload={"n": 2}, unique_key="k"),
        NewJob(type="work", payload={"n": 3}, after=(parent,)),
        NewJob(type="work", payload={"n": 4}, unique_key="k"),
        *(NewJob(type="work", payload={"n": n}, priority=Priority.LOW) for n in range(5, 700)),
    ]
    enqueued = await doing.enqueue(*new)
    assert [found.created for found in enqueued].count(False) == 1
    assert enqueued[4].job_id == enqueued[2].job_id
    ids = [found.job_id for found in enqueued if found.created]
    assert ids == sorted(set(ids))
    for place in (0, 1, 2, 3, 5, 698, 699):
        assert (await doing.find(enqueued[place].job_id)).payload == {"n": place}


async def test_a_rolled_back_enqueue_leaves_nothing(doing: Doing, timed: Database) -> None:
    heard: list[Change] = []
    timed.listen(heard.append)

    async def fail() -> None:
        async with timed.write() as tx:
            await queue.enqueue(tx, NewJob(type="work"), now=await tx.now())
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert heard == []
    assert await doing.claim() == []


async def test_enqueue_tells_listeners_after_the_commit(doing: Doing, timed: Database) -> None:
    heard: list[Change] = []
    timed.listen(heard.append)
    job_id = await doing.one()
    assert Change(kind="job", key=str(job_id)) in heard


async def test_ten_thousand_jobs_in_one_call(timed: Database, doing: Doing) -> None:
    progress: list[int] = []
    wanted = [NewJob(type="work", payload={"n": number}) for number in range(10_000)]
    async with timed.write() as tx:
        enqueued = await queue.enqueue_batch(
            tx, wanted, now=await tx.now(), progress=progress.append
        )
    ids = [found.job_id for found in enqueued]
    assert ids == sorted(set(ids))
    assert progress[-1] == 10_000
    assert len(progress) > 5
    assert [job.payload["n"] for job in await doing.claim(3)] == [0, 1, 2]


@pytest.mark.parametrize(
    "values",
    [
        {"type": ""},
        {"type": "x" * 65},
        {"type": "work", "unique_key": "k" * 191},
        {"type": "work", "max_attempts": 0},
        {"type": "work", "concurrency_limit": 0},
        {"type": "work", "timeout": timedelta(0)},
    ],
)
def test_a_job_that_breaks_a_rule_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(queue.BadJobError):
        NewJob(**values)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("payload", [{"n": float("nan")}, {"s": "\ud800"}, {"o": object()}])
async def test_a_payload_that_is_not_json_is_refused(
    doing: Doing, payload: dict[str, object]
) -> None:
    with pytest.raises(queue.BadJobError, match="payload"):
        await doing.one(payload=payload)
    assert await doing.claim() == []


async def test_pending_scope_folds_into_the_waiting_job(doing: Doing) -> None:
    first = NewJob(type="work", unique_key="look:1", payload={"n": 1})
    again = NewJob(type="work", unique_key="look:1", payload={"n": 2})
    one, two = await doing.enqueue(first, again)
    assert (one.created, two.created) == (True, False)
    assert one.job_id == two.job_id
    (job,) = await doing.claim()
    assert job.payload == {"n": 1}


async def test_pending_scope_adds_another_once_the_first_runs(doing: Doing) -> None:
    await doing.one(unique_key="look:1")
    await doing.claim()
    (second,) = await doing.enqueue(NewJob(type="work", unique_key="look:1"))
    assert second.created


async def test_active_scope_folds_until_the_first_has_ended(doing: Doing) -> None:
    new = NewJob(type="work", unique_key="poll", unique_scope=UniqueScope.ACTIVE)
    (first,) = await doing.enqueue(new)
    (job,) = await doing.claim()
    (second,) = await doing.enqueue(new)
    assert (second.job_id, second.created) == (first.job_id, False)
    await doing.end(job, Done())
    (third,) = await doing.enqueue(new)
    assert third.created


async def test_a_retried_job_holds_its_pending_key_again(doing: Doing) -> None:
    first = await doing.one(unique_key="look:1")
    (job,) = await doing.claim()
    await doing.end(job, Retry(error="busy"))
    (again,) = await doing.enqueue(NewJob(type="work", unique_key="look:1"))
    assert (again.job_id, again.created) == (first, False)


async def test_a_retry_beside_a_newer_job_of_the_same_key_keeps_both(
    doing: Doing, clock: Clock
) -> None:
    first = await doing.one(unique_key="look:1")
    (job,) = await doing.claim()
    second = await doing.one(unique_key="look:1")
    assert await doing.end(job, Retry(error="busy"))
    clock.move(minutes=2)
    assert [job.id for job in await doing.claim()] == [second, first]


async def test_retry_by_hand_is_refused_while_another_holds_the_key(doing: Doing) -> None:
    first = await doing.one(unique_key="look:1")
    (job,) = await doing.claim()
    await doing.end(job, Dead(error="no"))
    second = await doing.one(unique_key="look:1")
    with pytest.raises(queue.UniqueKeyTakenError, match=str(second)):
        await doing.retry(first)
