"""Moves jobs between the database and the runs: writes what ended and claims what comes next.

One pump per worker. What ended while a transaction was on its way goes into the next one,
together with the next claim: under load one commit serves many jobs.
"""

import asyncio
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from lsync.core.domain.job import JobState
from lsync.core.queue.concluding import Ended, conclude
from lsync.core.queue.runs import Runs
from lsync.core.store.cursor import Cursor
from lsync.core.store.database import Database, DatabaseUnavailable
from lsync.core.store.jobs import Claim
from lsync.core.store.jobs.acknowledging import acknowledge_step
from lsync.core.store.jobs.claiming import Claimed, claim_step
from lsync.core.store.jobs.recovering import release_strays_step
from lsync.core.store.jobs.surveying import next_available_step

MAX_BATCH = 500
AHEAD_SECONDS = 0.1
"""Short jobs are claimed ahead: about as many as were done in this time."""
AHEAD_CYCLES = 6
"""Where transactions take longer than that: about as many as were done during so many."""
AHEAD = 2 * MAX_BATCH
"""At most so many: one batch runs while the next one is claimed."""

LEASE_MARGIN = 0.1
"""Share of a lease that is given up so that both clocks may differ a little."""

FIRST_LOOK_SECONDS = 0.1
"""Rest after the first look in vain; it doubles up to the longest where nothing wakes us."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one transaction did."""

    written: dict[int, JobState | None]
    """By job: its new state, or None if the run was stale."""
    claimed: Claimed
    next_available: timedelta | None
    """How long until another job falls due; None: none is known, or it was not asked."""


class Pump:
    """See the module."""

    def __init__(
        self,
        database: Database,
        runs: Runs,
        *,
        worker_id: str,
        types: Collection[str],
        lease: timedelta,
        longest_sleep: timedelta,
        delays: Sequence[timedelta],
        on_written: Callable[[JobState], None],
    ) -> None:
        self._database = database
        self._runs = runs
        self._worker_id = worker_id
        self._types = frozenset(types)
        self._lease = lease
        self._longest_sleep = longest_sleep.total_seconds()
        self._delays = delays
        self._on_written = on_written
        self._wake = asyncio.Event()
        self._look_at = float("-inf")
        self._idle_sleep = FIRST_LOOK_SECONDS
        self._pace = 0.0
        self._settled_at = float("-inf")
        self._has_strays = False
        self._was_asked = False
        self._is_held_up = False

    def wake(self) -> None:
        """Look for something to write or to stop for."""
        self._wake.set()

    def look(self) -> None:
        """Look for jobs now: something has changed in the queue."""
        self._was_asked = True
        self._look_at = float("-inf")
        self._idle_sleep = FIRST_LOOK_SECONDS
        self._wake.set()

    async def run(self) -> None:
        """Work until the runs are stopping and nothing is left to write."""
        loop = asyncio.get_running_loop()
        while not (self._runs.stopping.is_set() and self._is_dry):
            self._wake.clear()
            room = self._room if self._look_at <= loop.time() else 0
            if self._runs.ended or room or self._has_strays:
                await self._cycle(room)
            else:
                await self._sleep(max(0.0, self._look_at - loop.time()))

    @property
    def _is_dry(self) -> bool:
        return not (self._runs.busy or self._runs.ended or self._has_strays)

    @property
    def _room(self) -> int:
        """How many jobs to claim now."""
        if self._runs.stopping.is_set() or self._runs.has_loner:
            return 0
        if self._is_held_up and self._runs.busy:
            return 0
        ahead = min(AHEAD, int(self._pace))
        return min(MAX_BATCH, max(0, self._runs.free + ahead - self._runs.waiting))

    async def _sleep(self, seconds: float) -> None:
        """Rest until woken; without room only the end of a run can help."""
        timeout = None if self._room == 0 else seconds
        try:
            async with asyncio.timeout(timeout):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _cycle(self, room: int) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        taken = self._runs.take_ended(MAX_BATCH)
        self._was_asked = False
        work = partial(
            self._step,
            taken=taken,
            room=room,
            busy=self._runs.busy > 0,
            keep={held.job_id for held in self._runs.held()} if self._has_strays else None,
        )
        try:
            # A claim that a power cut undoes leaves the job pending, as it was: no need to wait.
            step = await self._database.call(work, durable=bool(taken))
        except DatabaseUnavailable as error:
            self._runs.give_back(taken)
            self._has_strays = True
            log.warning("the queue waits for the database", reason=str(error))
            await asyncio.sleep(min(1.0, self._longest_sleep))
            self.look()
            return
        self._has_strays = False
        self._settle(step, taken, room=room, started=started)

    def _step(
        self, cursor: Cursor, *, taken: list[Ended], room: int, busy: bool, keep: set[int] | None
    ) -> Step:
        """Do everything that one transaction can, on whichever thread owns the connection."""
        now = cursor.now()
        runs = [conclude(ended, delays=self._delays, now=now) for ended in taken]
        accepted = acknowledge_step(cursor, runs=runs, now=now) if runs else set()
        if keep is not None:
            release_strays_step(cursor, worker_id=self._worker_id, keep=keep, now=now)
        claimed = self._claim(cursor, room, busy=busy, now=now)
        due = next_available_step(cursor, now=now) if len(claimed.jobs) < room else None
        return Step(
            written={
                run.job.id: run.verdict.state if run.job.id in accepted else None for run in runs
            },
            claimed=claimed,
            next_available=None if due is None else due - now,
        )

    def _claim(self, cursor: Cursor, room: int, *, busy: bool, now: datetime) -> Claimed:
        if not room:
            return Claimed(jobs=[])
        request = Claim(
            worker_id=self._worker_id,
            types=self._types,
            limit=room,
            lease=self._lease,
            busy=busy,
        )
        return claim_step(cursor, request=request, now=now)

    def _settle(self, step: Step, taken: list[Ended], *, room: int, started: float) -> None:
        """Take note of a committed step."""
        self._runs.written(step.written)
        for job_id, state in step.written.items():
            if state is None:
                log.warning("a result came too late and was not written", job=job_id)
            else:
                self._on_written(state)
        lease = self._lease.total_seconds()
        self._runs.add(step.claimed.jobs, lease_ends=started + lease * (1 - LEASE_MARGIN))
        now = asyncio.get_running_loop().time()
        window = max(AHEAD_SECONDS, AHEAD_CYCLES * (now - started))
        self._pace = self._pace * math.exp((self._settled_at - now) / window) + len(taken)
        self._settled_at = now
        if room:
            self._is_held_up = step.claimed.is_held_up
            if len(step.claimed.jobs) < room and not self._is_held_up:
                self._rest(step, now=now)

    def _rest(self, step: Step, *, now: float) -> None:
        """There was nothing more to claim: decide when to look again if nobody wakes us."""
        if step.claimed.jobs:
            self._idle_sleep = FIRST_LOOK_SECONDS
        rest = self._longest_sleep
        if not self._database.tells_of_others:
            rest = min(rest, self._idle_sleep)
            self._idle_sleep *= 2
        if step.next_available is not None:
            rest = min(rest, step.next_available.total_seconds())
        if not self._was_asked:
            self._look_at = now + max(0.0, rest)
