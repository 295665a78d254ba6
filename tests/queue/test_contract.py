"""What the queue promises, on both databases, with plain steps and a clock that tests move."""

from datetime import timedelta

import pytest

from lsync.core import queue
from lsync.core.domain.job import IllegalJobMoveError, JobState, Priority, UniqueScope
from lsync.core.domain.outcome import Cancelled, Dead, Done, Outcome, Retry, Snooze
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
        enqueued = await queue.enqueue_many(
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


# Unique keys


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


# Order


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


# Outcomes


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


# Fencing


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


# Concurrency keys


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


# Dependencies


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


# Cancelling, retrying, discarding


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
    with pytest.raises(IllegalJobMoveError):
        await doing.cancel(job_id)
    with pytest.raises(IllegalJobMoveError):
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
        with pytest.raises(IllegalJobMoveError):
            await queue.discard(tx, job_id, now=await tx.now())
    await doing.end(job, Dead(error="x"))
    async with timed.write() as tx:
        await queue.discard(tx, job_id, now=await tx.now())
    assert (await doing.find(job_id)).state is JobState.CANCELLED


# Pausing


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


# Recovery


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


# Listing and pruning


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
