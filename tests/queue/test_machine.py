"""Several workers, crashes, expiring leases, cancellations and a moving clock, in any order.

The model knows little: which runs are live and what has finished. That suffices for the promises
that matter: no job is lost, none is run by two live leases, none is written by a stale one,
nothing finished runs again, and the books agree with the jobs.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from lsync.core.domain.job import (
    FINISHED,
    Job,
    JobState,
    Priority,
    UniqueScope,
)
from lsync.core.domain.outcome import Cancelled, Dead, Done, Outcome, Retry, Snooze
from lsync.core.queue import (
    JobFilter,
    JobStateError,
    NewJob,
    ParentUnfinishedError,
    UniqueKeyTakenError,
    listing,
)
from lsync.core.store import job_stats
from lsync.core.store.database import Database
from tests.queue.conftest import Clock
from tests.queue.doing import Doing

T = TypeVar("T")
WORKERS = ("w1", "w2", "w3")


class QueueMachine(RuleBasedStateMachine):
    """One queue, driven from outside."""

    url: str

    runs = Bundle("runs")
    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.loop = asyncio.new_event_loop()
        self.live: dict[int, Job] = {}
        self.known: set[int] = set()
        self.finished: dict[int, JobState] = {}

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        self.database = self.do(Database.open(self.url, clock=self.clock))
        self.do(self._empty())
        self.doing = Doing(self.database)

    async def _empty(self) -> None:
        async with self.database.write() as tx:
            tables = tx.tables
            for table in (
                tables.queue_attempts,
                tables.queue_dependencies,
                tables.queue_slots,
                tables.queue_jobs,
                tables.queue_counts,
            ):
                await tx.execute(table.delete())

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.do(self.database.aclose())
        self.loop.close()

    # What happens

    @rule(
        target=ids,
        priority=st.sampled_from(Priority),
        key=st.sampled_from([None, None, "a", "b"]),
        scope=st.sampled_from(UniqueScope),
        slot=st.sampled_from([None, None, "s", "t"]),
        limit=st.integers(1, 2),
        delay=st.sampled_from([0, 0, 45]),
    )
    def enqueue(
        self,
        *,
        priority: Priority,
        key: str | None,
        scope: UniqueScope,
        slot: str | None,
        limit: int,
        delay: int,
    ) -> int:
        new = NewJob(
            type="work",
            priority=priority,
            unique_key=key,
            unique_scope=scope,
            concurrency_key=slot,
            concurrency_limit=limit if slot == "t" else 1,
            available_at=self.clock.now + timedelta(seconds=delay),
            max_attempts=3,
        )
        (found,) = self.do(self.doing.enqueue(new))
        assert found.created == (found.job_id not in self.known)
        if not found.created:
            assert found.job_id not in self.finished
        self.known.add(found.job_id)
        return found.job_id

    @rule(target=ids, parents=st.lists(ids, min_size=1, max_size=3))
    def enqueue_after(self, parents: list[int]) -> int:
        job_id = self.do(self.doing.one(after=tuple(parents)))
        self.known.add(job_id)
        self._note_finished()
        return job_id

    @rule(target=runs, worker=st.sampled_from(WORKERS), limit=st.integers(1, 4))
    def claim(self, worker: str, limit: int) -> Any:
        busy = any(job.worker_id == worker for job in self.live.values())
        jobs = self.do(self.doing.claim(limit, worker=worker, busy=busy))
        assert len(jobs) <= limit
        for job in jobs:
            assert job.id not in self.finished, "what has finished runs again"
            assert job.id not in self.live, "one job, two live leases"
            assert job.available_at <= self.clock.now
            if job.alone:
                assert len(jobs) == 1
                assert not busy
            self.live[job.id] = job
        return multiple(*jobs)

    @rule(
        job=consumes(runs),
        outcome=st.sampled_from(
            [
                Done(),
                Done(result={"a": 1}),
                Retry(error="x"),
                Dead(error="x"),
                Cancelled(),
                "snooze",
                None,
            ]
        ),
    )
    def end(self, job: Job, outcome: Outcome | str | None) -> None:
        if isinstance(outcome, str):
            outcome = Snooze(until=self.clock.now + timedelta(seconds=20), reason="later")
        is_live = self._is_live(job)
        assert self.do(self.doing.end(job, outcome)) == is_live, "only the live lease may write"
        if is_live:
            del self.live[job.id]
            self._note_finished()

    @rule(job=runs)
    def renew(self, job: Job) -> None:
        found = self.do(self.doing.renew(job))
        assert (job.id in found.lost) == (not self._is_live(job))
        if self._is_live(job):
            self.live[job.id] = self.do(self.doing.find(job.id))

    @rule(worker=st.sampled_from(WORKERS))
    def crash_and_restart(self, worker: str) -> None:
        held = {job.id for job in self.live.values() if job.worker_id == worker}
        found = self.do(self.doing.recover_own(worker))
        assert set(found.ids) == held
        for job_id in held:
            del self.live[job_id]
        self._note_finished()

    @rule(worker=st.sampled_from(WORKERS), limit=st.integers(1, 4))
    def claim_whose_commit_gets_no_answer(self, worker: str, limit: int) -> None:
        """The worker does not know what it got, and puts it back uncharged."""
        held = {job.id for job in self.live.values() if job.worker_id == worker}
        strays = self.do(self.doing.claim(limit, worker=worker, busy=bool(held)))
        assert self.do(self.doing.release_strays(worker, keep=held)) == [
            job.id for job in sorted(strays, key=lambda job: job.id)
        ]
        for job in strays:
            found = self.do(self.doing.find(job.id))
            assert (found.state, found.attempts, found.crashes, found.alone) == (
                JobState.PENDING,
                job.attempts,
                job.crashes,
                job.alone,
            )

    @rule(seconds=st.sampled_from([1, 15, 31, 70, 1000]))
    def time_passes(self, seconds: int) -> None:
        self.clock.move(seconds=seconds)

    @rule()
    def recover(self) -> None:
        found = self.do(self.doing.recover())
        for job_id in found.ids:
            ends = self.live.pop(job_id).lease_expires_at
            assert ends is not None
            assert ends < self.clock.now, "a lease was taken before its end"
        self._note_finished()

    @rule(job_id=ids)
    def cancel(self, job_id: int) -> None:
        try:
            self.do(self.doing.cancel(job_id))
        except JobStateError:
            assert job_id in self.finished
        self._note_finished()

    @rule(job_id=ids)
    def retry(self, job_id: int) -> None:
        was = self.finished.get(job_id)
        try:
            self.do(self.doing.retry(job_id))
        except JobStateError:
            assert was is JobState.COMPLETED or job_id in self.live
        except (UniqueKeyTakenError, ParentUnfinishedError):
            assert was in (JobState.FAILED, JobState.CANCELLED)
        self._note_finished()

    @rule(job_id=ids)
    def discard(self, job_id: int) -> None:
        was = self.finished.get(job_id)
        try:
            self.do(self.doing.discard(job_id))
        except JobStateError:
            assert was is not JobState.FAILED
        else:
            assert was is JobState.FAILED
        self._note_finished()

    @precondition(lambda self: not self.live)
    @rule()
    def drain(self) -> None:
        """Given time and a worker, everything that can run comes to its end."""
        for _ in range(200):
            self.clock.move(seconds=61)
            jobs = self.do(self.doing.claim(50, worker="w9"))
            if not jobs:
                break
            self.do(self.doing.end_all([(job, Done()) for job in jobs]))
        self._note_finished()
        assert set(self.finished) == self.known, "a job was lost"

    # What always holds

    def _is_live(self, job: Job) -> bool:
        return job.id in self.live and self.live[job.id].epoch == job.epoch

    def _note_finished(self) -> None:
        jobs = {job.id: job for job in self.do(self._all())}
        for job_id, state in self.finished.items():
            if state is JobState.COMPLETED:
                assert jobs[job_id].state is JobState.COMPLETED
        self.finished = {job.id: job.state for job in jobs.values() if job.state in FINISHED}

    async def _all(self) -> list[Job]:
        async with self.database.read() as tx:
            return await listing(tx, JobFilter(), limit=10_000)

    @invariant()
    def no_job_is_lost_and_the_books_agree(self) -> None:
        if hasattr(self, "database"):
            self.do(self._check())

    async def _check(self) -> None:
        async with self.database.read() as tx:
            jobs = await listing(tx, JobFilter(), limit=10_000)
            counts = await job_stats.counts(tx)
            slots = tx.tables.queue_slots
            held = (await tx.execute(select(slots.c.job_id))).scalars().all()
            table = tx.tables.queue_jobs
            unranked = await tx.scalar(
                select(func.count()).where(
                    (table.c.rank.is_not(None))
                    != ((table.c.status == "pending") & (table.c.waiting_for == 0))
                )
            )
        assert {job.id for job in jobs} == self.known
        running = {job.id for job in jobs if job.state is JobState.PROCESSING}
        assert running == set(self.live)
        assert set(held) == {job.id for job in jobs if job.id in running and job.concurrency_key}
        assert unranked == 0
        by_key = Counter(
            (job.concurrency_key, job.concurrency_limit)
            for job in jobs
            if job.id in running and job.concurrency_key
        )
        assert by_key[("s", 1)] <= 1
        true = Counter((job.state, job.priority) for job in jobs)
        for state, priorities in counts.by_priority.items():
            for priority, number in priorities.items():
                assert number == true[state, priority]
        assert all(
            (job.lease_expires_at is not None) == (job.state is JobState.PROCESSING) for job in jobs
        )


def run_machine(url: str, *, examples: int, steps: int) -> None:
    machine = type("Machine", (QueueMachine,), {"url": url})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
            database=None,
            print_blob=True,
        ),
    )


def test_the_machine_holds(database_url: str, database_kind: str) -> None:
    if database_kind == "sqlite":
        run_machine(database_url, examples=25, steps=40)
    else:
        run_machine(database_url, examples=8, steps=30)


@pytest.mark.long
def test_the_machine_holds_for_long(database_url: str) -> None:
    run_machine(database_url, examples=600, steps=80)
