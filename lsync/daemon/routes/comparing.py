"""Routes that hold an order against Lightspeed, and against its past: diff to history."""

from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.routing import Route

from lsync.core.control import messages as m
from lsync.daemon.application import Application
from lsync.daemon.operations import comparing, history
from lsync.daemon.routes.answers import Query, changing, read_body, read_query, reading

ORDER = "/v1/purchase-orders/{number:path}"


async def diff(request: Request, application: Application) -> m.OrderDiff:
    """The order beside what Lightspeed has of it."""
    return await comparing.diff(application, request.path_params["number"])


async def plan_repair(request: Request, application: Application) -> m.RepairPlan:
    """What a repair would do."""
    return await comparing.plan_repair(application, request.path_params["number"])


async def repair(request: Request, application: Application) -> m.SyncAccepted:
    """Queue the repair that was planned."""
    wanted = await read_body(request, m.RepairRequest)
    return await comparing.repair(application, request.path_params["number"], wanted)


async def prove(request: Request, application: Application) -> m.OrderProof:
    """The chain behind exactly one consignment."""
    return await comparing.prove(application, request.path_params["number"])


class HistoryQuery(Query):
    """``GET /v1/purchase-orders/{number}/history``."""

    at: AwareDatetime | None = None


async def show_history(request: Request, application: Application) -> m.OrderHistory:
    """Everything that happened to an order."""
    query = read_query(request, HistoryQuery)
    return await history.history(application, request.path_params["number"], at=query.at)


def routes() -> list[Route]:
    """This family's routes; they are longer than the order's own, so they come before it."""
    return [
        reading(f"{ORDER}/diff", diff),
        reading(f"{ORDER}/repair", plan_repair),
        changing(f"{ORDER}/repair", repair),
        reading(f"{ORDER}/proof", prove),
        reading(f"{ORDER}/history", show_history),
    ]
