"""Routes of the queue: jobs, bulk actions, pauses."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.routing import Route

from lsync.core.control import messages as m
from lsync.core.domain.job import JobState, Priority
from lsync.core.queue import JobFilter
from lsync.daemon.application import Application
from lsync.daemon.operations import bulk, jobs, pruning
from lsync.daemon.routes.answers import (
    PAGE,
    Limit,
    Query,
    changing,
    read_body,
    read_query,
    reading,
)
from lsync.daemon.routes.deeds import who

LONGEST_WAIT_SECONDS = 300.0


class JobsQuery(Query):
    """``GET /v1/jobs``."""

    state: JobState | None = None
    type: str | None = None
    priority: Literal["critical", "high", "normal", "low"] | None = None
    error_class: str | None = None
    text: str | None = None
    order: str | None = None
    supplier: str | None = None
    outlet: str | None = None
    stuck: bool = False
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: Limit = PAGE
    after: int | None = None


class JobQuery(Query):
    """``GET /v1/jobs/{id}``: how many seconds to wait for its end."""

    wait: Annotated[float, Field(ge=0, le=LONGEST_WAIT_SECONDS)] = 0


async def list_jobs(request: Request, application: Application) -> Sequence[m.JobMessage]:
    """A page of jobs."""
    query = read_query(request, JobsQuery)
    which = JobFilter(
        state=query.state,
        type=query.type,
        priority=None if query.priority is None else Priority[query.priority.upper()],
        error_class=query.error_class,
        text=query.text,
        order=query.order,
        supplier=query.supplier,
        outlet=query.outlet,
        since=query.since,
        until=query.until,
    )
    return await jobs.list_jobs(
        application, which=which, stuck=query.stuck, limit=query.limit, after=query.after
    )


async def find_job(request: Request, application: Application) -> m.JobMessage:
    """One job with its attempts."""
    query = read_query(request, JobQuery)
    return await jobs.find_job(application, request.path_params["job_id"], wait_seconds=query.wait)


async def retry_job(request: Request, application: Application) -> m.JobMessage:
    """Let a job run again."""
    return await jobs.retry_job(application, request.path_params["job_id"])


async def cancel_job(request: Request, application: Application) -> m.JobMessage:
    """Cancel a job."""
    return await jobs.cancel_job(application, request.path_params["job_id"])


async def edit_job(request: Request, application: Application) -> m.JobMessage:
    """Correct the payload of a failed job."""
    wanted = await read_body(request, m.PayloadRequest)
    return await jobs.edit_job(application, request.path_params["job_id"], wanted.payload)


async def bulk_jobs(request: Request, application: Application) -> m.BulkPlan | m.BulkResult:
    """Plan a bulk action, or with a plan's hash carry it out."""
    wanted = await read_body(request, m.BulkRequest)
    if wanted.commit is None:
        return await bulk.plan_bulk(application, wanted)
    return await bulk.commit_bulk(application, wanted)


async def pause(request: Request, application: Application) -> Sequence[m.PauseMessage]:
    """Stop claiming jobs of a type, or of all."""
    wanted = await read_body(request, m.PauseRequest)
    return await jobs.pause(application, wanted, by=who(request))


async def resume(request: Request, application: Application) -> Sequence[m.PauseMessage]:
    """Claim again."""
    return await jobs.resume(application, await read_body(request, m.PauseRequest))


async def recover(_request: Request, application: Application) -> m.BulkResult:
    """Take back the jobs of workers that died."""
    return await jobs.recover(application)


async def prune(request: Request, application: Application) -> m.PrunePlan | m.PruneResult:
    """Count the finished jobs of an age, or with the plan's time delete some of them."""
    wanted = await read_body(request, m.PruneRequest)
    if wanted.before is None:
        return await pruning.plan_prune(application, wanted)
    return await pruning.prune(application, wanted.states, before=wanted.before)


def routes() -> list[Route]:
    """This family's routes."""
    return [
        reading("/v1/jobs", list_jobs),
        changing("/v1/jobs/bulk", bulk_jobs),
        reading("/v1/jobs/{job_id:int}", find_job),
        changing("/v1/jobs/{job_id:int}/retry", retry_job),
        changing("/v1/jobs/{job_id:int}/cancel", cancel_job),
        changing("/v1/jobs/{job_id:int}/payload", edit_job),
        changing("/v1/queue/pause", pause),
        changing("/v1/queue/resume", resume),
        changing("/v1/queue/recover", recover),
        changing("/v1/queue/prune", prune),
    ]
