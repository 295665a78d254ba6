"""Routes of stock adjustments."""

from collections.abc import Sequence

from pydantic import Field
from starlette.requests import Request
from starlette.routing import Route

from lsync.core.control import messages as m
from lsync.core.domain.adjustment import AdjustmentState
from lsync.daemon.application import Application
from lsync.daemon.operations import adjustments
from lsync.daemon.routes.answers import (
    IMPORT_BYTES,
    PAGE,
    Limit,
    Query,
    Several,
    changing,
    read_body,
    read_query,
    reading,
)
from lsync.daemon.routes.deeds import who


class AdjustmentsQuery(Query):
    """``GET /v1/adjustments``."""

    state: Several[AdjustmentState] = ()
    limit: Limit = PAGE
    before: int | None = Field(default=None, ge=0, lt=2**63)


async def list_adjustments(
    request: Request, application: Application
) -> Sequence[m.AdjustmentMessage]:
    """Adjustments, newest first."""
    query = read_query(request, AdjustmentsQuery)
    return await adjustments.list_adjustments(
        application, states=query.state, limit=query.limit, before=query.before
    )


async def adjust(request: Request, application: Application) -> Sequence[m.AdjustmentMessage]:
    """Record adjustments."""
    wanted = await read_body(request, m.AdjustRequest)
    return await adjustments.adjust(application, wanted, by=who(request))


async def import_file(request: Request, application: Application) -> m.AdjustmentFileReport:
    """Record the adjustments of a file."""
    wanted = await read_body(request, m.AdjustmentFile, limit=IMPORT_BYTES)
    return await adjustments.import_file(application, wanted, by=who(request))


async def retry(request: Request, application: Application) -> Sequence[m.AdjustmentMessage]:
    """Judge failed ones anew."""
    return await adjustments.retry(application, await read_body(request, m.RetryAdjustments))


def routes() -> list[Route]:
    """This family's routes."""
    return [
        reading("/v1/adjustments", list_adjustments),
        changing("/v1/adjustments", adjust),
        changing("/v1/adjustments/import", import_file),
        changing("/v1/adjustments/retry", retry),
    ]
