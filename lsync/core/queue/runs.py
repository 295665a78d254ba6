"""The jobs that one worker holds: waiting for a free hand, running, or ended but not yet written.

Touches no database. The pump fills it and writes what ended; the keeper renews what it holds.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta

from lsync.core.domain.job import Job
from lsync.core.domain.outcome import Cancelled, Outcome, Retry
from lsync.core.queue.concluding import Ended
from lsync.core.queue.context import Handler, JobContext, Translate
from lsync.core.store.jobs import Held

BROKEN_OFF = "cancelled on request and broken off, since it came to no safe point in time"
TURN_SECONDS = 0.002
"""How long handlers that never wait may keep the event loop from everybody else."""


@dataclass(slots=True, kw_only=True)
class _Run:
    context: JobContext
    task: asyncio.Task[None]
    given_up_at: float
    is_lost: bool = False


class Runs:
    """Starts handlers, at most ``concurrency`` at a time, and gathers their outcomes."""

    def __init__(
        self,
        *,
        handlers: Mapping[str, Handler],
        translate: Translate,
        concurrency: int,
        cancel_grace: timedelta,
        on_end: Callable[[], None],
        jitter: Callable[[], float],
    ) -> None:
        self.stopping = asyncio.Event()
        self.ended: list[Ended] = []
        self._handlers = handlers
        self._translate = translate
        self._concurrency = concurrency
        self._turn = TURN_SECONDS / concurrency
        self._cancel_grace = cancel_grace.total_seconds()
        self._on_end = on_end
        self._jitter = jitter
        self._waiting: deque[tuple[Job, float]] = deque()
        self._hands: set[asyncio.Task[None]] = set()
        self._clean = copy_context()
        self._running: dict[int, _Run] = {}
        self._cancelled: set[Held] = set()
        self._unwritten: dict[int, int] = {}

    @property
    def busy(self) -> int:
        """How many jobs run or wait for a free hand."""
        return len(self._running) + len(self._waiting)

    @property
    def waiting(self) -> int:
        """How many jobs wait for a free hand."""
        return len(self._waiting)

    @property
    def has_loner(self) -> bool:
        """Whether a job is held that must have nothing beside it."""
        return any(job.alone for job, _ in self._waiting) or any(
            run.context.job.alone for run in self._running.values()
        )

    @property
    def free(self) -> int:
        """How many more handlers could start at once."""
        return max(0, self._concurrency - self.busy)

    def held(self) -> list[Held]:
        """Return every run whose end is not written yet; other threads may ask too.

        A handler that has outlived its job's timeout by the grace no longer counts: it blocks
        the event loop, and another worker may have to do its work.
        """
        now = time.monotonic()
        waiting = [Held.of(job) for job, _ in tuple(self._waiting)]
        running = [
            Held.of(run.context.job)
            for run in tuple(self._running.values())
            if run.given_up_at > now
        ]
        unwritten = [
            Held(job_id=job_id, epoch=epoch) for job_id, epoch in tuple(self._unwritten.items())
        ]
        return waiting + running + unwritten

    def is_running(self, job_id: int) -> bool:
        """Say whether the handler of this job runs here."""
        return job_id in self._running

    def add(self, jobs: Iterable[Job], *, lease_ends: float) -> None:
        """Run ``jobs``, whose claim is committed, as hands become free."""
        self._waiting.extend((job, lease_ends) for job in jobs)
        self._start_some()

    def take_ended(self, limit: int) -> list[Ended]:
        """Return what ended; it stays held until ``written``."""
        taken, self.ended = self.ended[:limit], self.ended[limit:]
        return taken

    def give_back(self, taken: list[Ended]) -> None:
        """Keep what could not be written for the next time."""
        self.ended = taken + self.ended

    def written(self, job_ids: Iterable[int]) -> None:
        """Let go of jobs whose end is in the database."""
        for job_id in job_ids:
            self._unwritten.pop(job_id, None)

    def renewed(self, job_ids: Collection[int], *, lease_ends: float) -> None:
        """Note that the leases of these jobs now end later."""
        for job_id in job_ids:
            if job_id in self._running:
                self._running[job_id].context.lease_ends = lease_ends
        self._waiting = deque(
            (job, lease_ends if job.id in job_ids else ends) for job, ends in self._waiting
        )

    def request_cancel(self, which: Held) -> None:
        """Tell the handler; break it off if it does not heed that within the grace.

        The handler of a job that still waits for a hand is told as soon as it starts: what a
        cancelled job means for its order is written by the handler.
        """
        run = self._run_of(which)
        if run is None:
            self._cancelled |= {Held.of(job) for job, _ in self._waiting} & {which}
        elif not run.context.cancelled.is_set():
            run.context.cancelled.set()
            asyncio.get_running_loop().call_later(self._cancel_grace, self._break_off, run)

    def lose(self, which: Held) -> None:
        """Break off a run whose job belongs to another worker by now; nothing is written."""
        self._waiting = deque(item for item in self._waiting if Held.of(item[0]) != which)
        run = self._run_of(which)
        if run is not None:
            run.is_lost = True
            run.context.lease_ends = float("-inf")
            run.task.cancel()

    def _run_of(self, which: Held) -> _Run | None:
        run = self._running.get(which.job_id)
        return run if run is not None and run.context.job.epoch == which.epoch else None

    def stop_starting(self) -> None:
        """Start nothing more: jobs that wait for a hand end at once, unrun."""
        self.stopping.set()
        for job, _ in self._waiting:
            self._end(job, None)
        self._waiting.clear()

    async def finish(self, *, within: float) -> None:
        """Wait until nothing runs; break off what still does after so many seconds."""
        tasks = [run.task for run in self._running.values()]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=within)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=self._cancel_grace)

    def _start_some(self) -> None:
        """Raise as many hands as there is work for."""
        for _ in range(min(len(self._waiting), self._concurrency - len(self._hands))):
            hand = asyncio.create_task(self._work(), context=self._clean.copy())
            self._hands.add(hand)

    async def _work(self) -> None:
        """Carry out what waits, one job after another.

        A task per job would cost more than a short job itself. A hand that was cancelled, or
        whose context variables a handler has changed, takes no other job.
        """
        hand = _this_task()
        turn_ends = time.monotonic() + self._turn
        try:
            while self._waiting and not hand.cancelling() and copy_context() == self._clean:
                job, lease_ends = self._waiting.popleft()
                await self._run(job, lease_ends=lease_ends, hand=hand)
                if time.monotonic() > turn_ends:
                    await asyncio.sleep(0)
                    turn_ends = time.monotonic() + self._turn
        finally:
            self._hands.discard(hand)
            self._start_some()

    def _given_up_at(self, job: Job) -> float:
        if job.timeout is None:
            return float("inf")
        return time.monotonic() + job.timeout.total_seconds() + self._cancel_grace

    async def _run(self, job: Job, *, lease_ends: float, hand: asyncio.Task[None]) -> None:
        context = JobContext(job=job, stopping=self.stopping, lease_ends=lease_ends)
        run = _Run(context=context, task=hand, given_up_at=self._given_up_at(job))
        self._running[job.id] = run
        if Held.of(job) in self._cancelled:
            self._cancelled.discard(Held.of(job))
            self.request_cancel(Held.of(job))
        outcome: Outcome | None = None
        try:
            outcome = await self._outcome(context)
        except asyncio.CancelledError:
            outcome = self._broken_off(context)
        finally:
            del self._running[job.id]
            if not run.is_lost:
                self._end(job, outcome)

    def _break_off(self, run: _Run) -> None:
        """Cancel the handler, unless it has ended: its hand may do other work by now."""
        if self._running.get(run.context.job.id) is run:
            run.task.cancel()

    def _broken_off(self, context: JobContext) -> Outcome | None:
        if context.cancelled.is_set():
            return Cancelled(reason=BROKEN_OFF)
        if self.stopping.is_set():
            return None
        return Retry(error="The handler was cancelled from inside.", error_class="CancelledError")

    async def _outcome(self, context: JobContext) -> Outcome:
        try:
            if context.job.timeout is None:
                return await self._handlers[context.job.type](context)
            return await self._in_time(context, context.job.timeout.total_seconds())
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is its outcome
            return self._translate(error)

    async def _in_time(self, context: JobContext, seconds: float) -> Outcome:
        deadline = asyncio.timeout(seconds)
        try:
            async with deadline:
                return await self._handlers[context.job.type](context)
        except TimeoutError:
            if not deadline.expired():
                raise
            return Retry(error=f"It took longer than {seconds:g} s.", error_class="Timeout")

    def _end(self, job: Job, outcome: Outcome | None) -> None:
        is_first = not self.ended
        self.ended.append(self._ended(job, outcome))
        self._unwritten[job.id] = job.epoch
        if is_first:
            self._on_end()

    def _ended(self, job: Job, outcome: Outcome | None) -> Ended:
        jitter = self._jitter() if isinstance(outcome, Retry) else 0.0
        return Ended(job=job, outcome=outcome, jitter=jitter)


def _this_task() -> asyncio.Task[None]:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine that runs, runs in a task
    return task
