"""Waiting for queued syncs: what they are doing right now, and how they ended.

Feedback goes to stderr: a moving line on a terminal, otherwise one line for each change.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from lsync.cli.moments import local_exact
from lsync.cli.output import error_console
from lsync.cli.wording import count
from lsync.core.domain.job import FINISHED, JobState
from lsync.core.domain.pausing import tell_pauses
from lsync.core.domain.sanitise import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import JobMessage, PauseMessage, SyncAccepted

    Ending = Callable[[JobMessage], str]

AT_ONCE = 8
"""Jobs that are watched at the same time."""
LOOK_SECONDS = 1.0
"""How long one look at a job may take before the feedback is renewed."""


class Feedback(Protocol):
    """Shows how the work goes."""

    def doing(self, order_number: str, what: str) -> None:
        """An order's sync does ``what`` now."""

    def ended(self, order_number: str, how: str) -> None:
        """An order's sync has ended so."""


def state_of(job: "JobMessage") -> str:
    """How a job ended: as its state says."""
    return str(job.state)


async def follow(
    client: "ControlClient",
    accepted: "Sequence[SyncAccepted]",
    *,
    quiet: bool,
    timeout_seconds: float | None,
    ending: "Ending" = state_of,
) -> "list[JobMessage]":
    """Wait for all jobs and return them as they are then, in the order of ``accepted``.

    ``ending`` says how a finished one ended. After ``timeout_seconds`` unfinished jobs are
    returned as they are.
    """
    deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
    places = asyncio.Semaphore(AT_ONCE)
    async with _feedback(len(accepted), quiet=quiet) as feedback:

        async def watch(each: "SyncAccepted") -> "JobMessage":
            async with places:
                return await _watch(
                    client, each, feedback=feedback, deadline=deadline, ending=ending
                )

        return list(await asyncio.gather(*(watch(each) for each in accepted)))


async def _watch(
    client: "ControlClient",
    accepted: "SyncAccepted",
    *,
    feedback: Feedback,
    deadline: float | None,
    ending: "Ending",
) -> "JobMessage":
    while True:
        left = LOOK_SECONDS if deadline is None else deadline - time.monotonic()
        job = await client.job(accepted.job_id, wait_seconds=max(0.0, min(LOOK_SECONDS, left)))
        if job.state in FINISHED:
            feedback.ended(accepted.order_number, ending(job))
            return job
        if left <= 0:
            return job
        feedback.doing(accepted.order_number, await _activity(client, accepted, job))


async def _activity(client: "ControlClient", accepted: "SyncAccepted", job: "JobMessage") -> str:
    """What the job does or waits for, in a few words."""
    if job.state is JobState.PROCESSING:
        order = await client.order(accepted.order_number)
        return (order.push_step or "starting").replace("_", " ")
    return waiting_for(job, (await client.stats()).pauses)


def waiting_for(job: "JobMessage", pauses: "Sequence[PauseMessage]") -> str:
    """What a pending job waits for. Pure. A pause comes before what went wrong earlier."""
    paused = tell_pauses(pauses, job_types=[job.type])
    if paused:
        return f"waits. {' '.join(paused)}"
    if job.error:
        reason = job.error.splitlines()[0]
        return f"waits until {local_exact(job.available_at)} after attempt {job.attempts}: {reason}"
    return "waits for a worker"


@asynccontextmanager
async def _feedback(total: int, *, quiet: bool) -> AsyncIterator[Feedback]:
    if quiet or not total:
        yield _Lines(None)
    elif sys.stderr.isatty():
        with _Bar(total) as bar:
            yield bar
    else:
        yield _Lines(sys.stderr)


class _Lines:
    """One line for each change, for logs and pipes; without a stream nothing is shown."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._last: dict[str, str] = {}

    def doing(self, order_number: str, what: str) -> None:
        if self._last.get(order_number) != what:
            self._last[order_number] = what
            if self._stream is not None:
                self._stream.write(visible(f"{order_number}: {what}") + "\n")

    def ended(self, order_number: str, how: str) -> None:
        self.doing(order_number, how)


class _Bar:
    """A moving line: the order in work, and for several a bar with the time left."""

    def __init__(self, total: int) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        many = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) if total > 1 else ()
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            *many,
            TimeElapsedColumn(),
            console=error_console(),
            transient=True,
        )
        self._task = self._progress.add_task(count(total, "sync"), total=total)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()

    def doing(self, order_number: str, what: str) -> None:
        self._progress.update(self._task, description=visible(f"{order_number}: {what}"))

    def ended(self, order_number: str, how: str) -> None:
        self._progress.update(self._task, description=visible(f"{order_number}: {how}"))
        self._progress.advance(self._task)
