"""The hands of a worker: what a handler leaves behind does not reach the next job."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from lsync.core.domain.job import Job, JobState, Priority
from lsync.core.domain.outcome import Cancelled, Done, Outcome, Retry
from lsync.core.queue import JobContext, retry_any
from lsync.core.queue.runs import Runs
from lsync.core.store.jobs import Held

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FAR = float("inf")
Handler = Callable[[JobContext], Awaitable[Outcome]]

colour: ContextVar[str] = ContextVar("colour", default="none")


def job(number: int) -> Job:
    return Job(
        id=number,
        type="work",
        payload={},
        state=JobState.PROCESSING,
        priority=Priority.NORMAL,
        attempts=0,
        max_attempts=4,
        epoch=1,
        available_at=NOW,
        created_at=NOW,
    )


def runs_of(handler: Handler, *, concurrency: int = 1, woken: list[int] | None = None) -> Runs:
    wakes: list[int] = [] if woken is None else woken
    return Runs(
        handlers={"work": handler},
        translate=retry_any,
        concurrency=concurrency,
        cancel_grace=timedelta(0),
        on_end=lambda: wakes.append(1),
        jitter=lambda: 0.5,
    )


async def ended(runs: Runs, *numbers: int) -> dict[int, Outcome | None]:
    """Run these jobs to their ends."""
    runs.add([job(number) for number in numbers], lease_ends=FAR)
    while runs.busy:  # noqa: ASYNC110 - runs end without telling each
        await asyncio.sleep(0)
    return {end.job.id: end.outcome for end in runs.take_ended(100)}


async def test_context_variables_do_not_reach_the_next_job() -> None:
    seen: list[str] = []

    async def handler(context: JobContext) -> Outcome:
        seen.append(colour.get())
        colour.set(f"job {context.job.id}")
        return Done()

    await ended(runs_of(handler), 1, 2, 3)
    assert seen == ["none", "none", "none"]


async def test_a_handler_that_cancels_its_own_task_does_not_hurt_the_next_job() -> None:
    async def handler(context: JobContext) -> Outcome:
        task = asyncio.current_task()
        assert task is not None
        if context.job.id == 1:
            task.cancel()
        return Done()

    outcomes = await ended(runs_of(handler), 1, 2, 3)
    assert outcomes == {1: Done(), 2: Done(), 3: Done()}


async def test_a_job_that_waits_for_a_hand_is_told_of_its_cancel_when_it_starts() -> None:
    told: dict[int, bool] = {}

    async def handler(context: JobContext) -> Outcome:
        told[context.job.id] = context.cancelled.is_set()
        return Cancelled() if context.cancelled.is_set() else Done()

    runs = runs_of(handler)
    runs.add([job(1), job(2), job(3)], lease_ends=FAR)
    runs.request_cancel(Held(job_id=2, epoch=1))
    runs.request_cancel(Held(job_id=3, epoch=0))
    while runs.busy:  # noqa: ASYNC110 - runs end without telling each
        await asyncio.sleep(0)
    assert told == {1: False, 2: True, 3: False}


async def test_a_cancel_that_comes_too_late_does_not_hurt_the_next_job() -> None:
    """The grace of the first job ends while its hand carries out the second."""
    first_may_end = asyncio.Event()

    async def handler(context: JobContext) -> Outcome:
        if context.job.id == 1:
            await first_may_end.wait()
            return Cancelled()
        for _ in range(5):
            await asyncio.sleep(0)
        return Done()

    runs = runs_of(handler)
    runs.add([job(1), job(2)], lease_ends=FAR)
    while not runs.is_running(1):  # noqa: ASYNC110 - the run starts in a turn of its own
        await asyncio.sleep(0)
    first_may_end.set()
    runs.request_cancel(Held(job_id=1, epoch=1))
    while runs.busy:  # noqa: ASYNC110 - the same
        await asyncio.sleep(0)
    outcomes = {end.job.id: end.outcome for end in runs.take_ended(100)}
    assert outcomes == {1: Cancelled(), 2: Done()}


async def test_handlers_that_never_wait_leave_turns_to_others() -> None:
    turns: list[int] = []

    async def handler(context: JobContext) -> Outcome:
        until = asyncio.get_running_loop().time() + 0.003
        while asyncio.get_running_loop().time() < until:
            pass
        return Done()

    async def other() -> None:
        while True:
            turns.append(1)
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    await ended(runs_of(handler), *range(1, 11))
    task.cancel()
    assert len(turns) >= 10


async def test_the_ends_of_many_runs_wake_the_pump_once() -> None:
    async def handler(context: JobContext) -> Outcome:
        return Done()

    woken: list[int] = []
    runs = runs_of(handler, woken=woken)
    await ended(runs, 1, 2, 3)
    await ended(runs, 4)
    assert len(woken) == 2


async def test_only_a_retry_is_given_a_jitter() -> None:
    async def handler(context: JobContext) -> Outcome:
        return Done() if context.job.id == 1 else Retry(error="busy")

    runs = runs_of(handler)
    runs.add([job(1), job(2)], lease_ends=FAR)
    while runs.busy:  # noqa: ASYNC110 - the same
        await asyncio.sleep(0)
    assert [end.jitter for end in runs.take_ended(9)] == [0.0, 0.5]
