"""Routes of the sync log and the API log."""

from collections.abc import Sequence

from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.routing import Route

from lsync.core.control import messages as m
from lsync.core.domain.records import LogStatus
from lsync.daemon.application import Application
from lsync.daemon.operations import records
from lsync.daemon.routes.answers import PAGE, Limit, Query, Several, read_query, reading


class LogQuery(Query):
    """``GET /v1/log``."""

    text: str | None = None
    order: str | None = None
    status: Several[LogStatus] = ()
    operation: Several[str] = ()
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: Limit = PAGE
    after: int | None = None
    before: int | None = None


class CallsQuery(Query):
    """``GET /v1/api-log``."""

    order: str | None = None
    limit: Limit = PAGE
    before: int | None = None


async def search_log(request: Request, application: Application) -> Sequence[m.LogEntry]:
    """Entries of the sync log."""
    query = read_query(request, LogQuery)
    return await records.search_log(
        application,
        text=query.text,
        order=query.order,
        statuses=query.status,
        operations=query.operation,
        since=query.since,
        until=query.until,
        limit=query.limit,
        after=query.after,
        before=query.before,
    )


async def find_log_entry(request: Request, application: Application) -> m.LogEntry:
    """One entry of the sync log."""
    return await records.find_log_entry(application, request.path_params["entry_id"])


async def search_api_calls(request: Request, application: Application) -> Sequence[m.ApiCall]:
    """HTTP exchanges with Lightspeed."""
    query = read_query(request, CallsQuery)
    return await records.search_api_calls(
        application, order=query.order, limit=query.limit, before=query.before
    )


async def find_api_call(request: Request, application: Application) -> m.ApiCall:
    """One exchange whole."""
    return await records.find_api_call(application, request.path_params["call_id"])


def routes() -> list[Route]:
    """This family's routes."""
    return [
        reading("/v1/log", search_log),
        reading("/v1/log/{entry_id:int}", find_log_entry),
        reading("/v1/api-log", search_api_calls),
        reading("/v1/api-log/{call_id:int}", find_api_call),
    ]
