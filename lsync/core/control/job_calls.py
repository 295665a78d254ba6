"""The client's methods for the queue: jobs, bulk actions, pauses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lsync.core.control import messages as m
from lsync.core.control.expecting import many, one
from lsync.core.control.link import READ_SECONDS, Link
from lsync.core.domain.job import JobState

BULK_SECONDS = 180.0
"""An action may touch thousands of jobs."""


class JobCalls:
    """One typed method for each route of the queue. Raises as ``ControlClient`` says."""

    _link: Link

    async def jobs(
        self,
        *,
        state: JobState | str | None = None,
        type: str | None = None,  # noqa: A002 - the route's own parameter name
        priority: str | None = None,
        error_class: str | None = None,
        text: str | None = None,
        order: str | None = None,
        supplier: str | None = None,
        outlet: str | None = None,
        stuck: bool = False,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        after: int | None = None,
    ) -> tuple[m.JobMessage, ...]:
        """Jobs that match, newest first, one page; ``after`` is the last id of the page before.

        ``stuck``: only those whose lease has expired. ``since`` and ``until`` are moments of
        enqueueing.
        """
        query = {
            "state": state,
            "type": type,
            "priority": priority,
            "error_class": error_class,
            "stuck": "true" if stuck else None,
            "text": text,
            "order": order,
            "supplier": supplier,
            "outlet": outlet,
            "since": None if since is None else since.isoformat(),
            "until": None if until is None else until.isoformat(),
            "limit": limit,
            "after": after,
        }
        return await self._link.get("/v1/jobs", many(m.JobMessage), query=query)

    async def job(self, job_id: int, *, wait_seconds: float | None = None) -> m.JobMessage:
        """One job with its attempts; with ``wait_seconds`` once it has finished, or after that."""
        return await self._link.get(
            f"/v1/jobs/{job_id}",
            one(m.JobMessage),
            query={"wait": wait_seconds},
            read_seconds=READ_SECONDS + (wait_seconds or 0),
        )

    async def retry_job(self, job_id: int) -> m.JobMessage:
        """Let a failed or cancelled job run again."""
        return await self._link.post(f"/v1/jobs/{job_id}/retry", one(m.JobMessage))

    async def cancel_job(self, job_id: int) -> m.JobMessage:
        """Cancel a job that waits, or ask a running one to stop."""
        return await self._link.post(f"/v1/jobs/{job_id}/cancel", one(m.JobMessage))

    async def edit_job(self, job_id: int, payload: dict[str, Any]) -> m.JobMessage:
        """Give a failed job another payload; it stays failed until it is retried."""
        body = m.PayloadRequest(payload=payload)
        return await self._link.post(f"/v1/jobs/{job_id}/payload", one(m.JobMessage), body=body)

    async def plan_bulk(self, request: m.BulkRequest) -> m.BulkPlan:
        """What a bulk action would touch. ``request`` carries no ``commit``."""
        return await self._link.post("/v1/jobs/bulk", one(m.BulkPlan), body=request)

    async def bulk_jobs(self, request: m.BulkRequest) -> m.BulkResult:
        """Carry out a bulk action; ``request.commit`` is the hash of its plan."""
        return await self._link.post(
            "/v1/jobs/bulk", one(m.BulkResult), body=request, read_seconds=BULK_SECONDS
        )

    async def pause(
        self,
        type: str = "*",  # noqa: A002 - the message's own field name
        *,
        reason: str = "",
    ) -> tuple[m.PauseMessage, ...]:
        """Stop claiming jobs of a type, or of all; answers what is paused now."""
        body = m.PauseRequest(type=type, reason=reason)
        return await self._link.post("/v1/queue/pause", many(m.PauseMessage), body=body)

    async def resume(
        self,
        type: str = "*",  # noqa: A002 - the message's own field name
    ) -> tuple[m.PauseMessage, ...]:
        """Claim again; answers what is still paused."""
        body = m.PauseRequest(type=type)
        return await self._link.post("/v1/queue/resume", many(m.PauseMessage), body=body)

    async def recover(self) -> m.BulkResult:
        """Take back the jobs of workers that died."""
        return await self._link.post("/v1/queue/recover", one(m.BulkResult))

    async def plan_prune(
        self, states: Sequence[JobState], *, older_than_days: float = 0
    ) -> m.PrunePlan:
        """Which finished jobs of that age there are."""
        body = m.PruneRequest(states=tuple(states), older_than_days=older_than_days)
        return await self._link.post(
            "/v1/queue/prune", one(m.PrunePlan), body=body, read_seconds=BULK_SECONDS
        )

    async def prune(self, states: Sequence[JobState], *, before: datetime) -> m.PruneResult:
        """Delete some of the jobs that ended before then; call it again until it is finished."""
        body = m.PruneRequest(states=tuple(states), before=before)
        return await self._link.post("/v1/queue/prune", one(m.PruneResult), body=body)
