"""Deleting finished jobs by age and state, in short transactions and bounded rounds."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from lsync.core import queue as jobs
from lsync.core.control import messages as m
from lsync.core.domain.job import FINISHED, JobState
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import bad_input

ROUND = 20
"""Transactions of one request: a client sees progress, and none waits long for an answer."""


async def plan_prune(application: Application, request: m.PruneRequest) -> m.PrunePlan:
    """Count what would be deleted.

    Raises:
        ControlError: 422: no state, or one that is not finished.
    """
    _check(request.states)
    async with application.database.read() as tx:
        before = await tx.now() - timedelta(days=request.older_than_days)
        counts = await jobs.prunable(tx, before=before, states=request.states)
    return m.PrunePlan(
        before=before, counts={state.value: number for state, number in counts.items()}
    )


async def prune(
    application: Application, states: Sequence[JobState], *, before: datetime
) -> m.PruneResult:
    """Delete some of the jobs that ended before then, the oldest first.

    A job that others depend on stays until they are gone.

    Raises:
        ControlError: as ``plan_prune``.
    """
    _check(states)
    work = partial(jobs.prune, before=before, states=frozenset(states))
    deleted = 0
    for _ in range(ROUND):
        batch = await application.database.run(work, idempotent=True)
        if not batch:
            return m.PruneResult(deleted=deleted, finished=True)
        deleted += batch
    return m.PruneResult(deleted=deleted, finished=False)


def _check(states: Sequence[JobState]) -> None:
    if not states or not set(states) <= FINISHED:
        raise bad_input(
            "Only finished jobs can be deleted.",
            why="A job that waits or runs would be lost.",
            next_step="Name completed, failed or cancelled; `lsync queue cancel` stops others.",
        )
