"""Routes of purchase orders. Numbers may hold slashes, so the longer paths are matched first."""

from collections.abc import Sequence

from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.routing import Route

from lsync.core.control import messages as m
from lsync.core.domain.order import OrderState, SyncState
from lsync.core.store.orders import OrderFilter
from lsync.daemon.application import Application
from lsync.daemon.operations import (
    editing,
    holding,
    moving,
    noting,
    orders,
    planning,
    syncing,
)
from lsync.daemon.routes.answers import (
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


class OrdersQuery(Query):
    """``GET /v1/purchase-orders``."""

    state: Several[OrderState] = ()
    sync_state: Several[SyncState] = ()
    order: Several[str] = ()
    supplier: str | None = None
    outlet: str | None = None
    text: str | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: Limit = PAGE
    after: str | None = None


async def list_orders(request: Request, application: Application) -> Sequence[m.OrderSummary]:
    """A page of orders."""
    query = read_query(request, OrdersQuery)
    matching = OrderFilter(
        states=query.state,
        sync_states=query.sync_state,
        numbers=query.order,
        supplier=query.supplier,
        outlet=query.outlet,
        text=query.text,
        since=query.since,
        until=query.until,
    )
    return await orders.list_orders(
        application, matching=matching, limit=query.limit, after=query.after
    )


async def find_order(request: Request, application: Application) -> m.OrderDetail:
    """One order whole."""
    return await orders.find_order(application, request.path_params["number"])


async def plan(request: Request, application: Application) -> m.PlanMessage:
    """What a sync would do."""
    return await planning.plan(application, request.path_params["number"])


async def approve(request: Request, application: Application) -> Sequence[m.ApprovedOrder]:
    """Approve orders."""
    return await syncing.approve(application, await read_body(request, m.ApproveRequest))


async def sync_pending(request: Request, application: Application) -> Sequence[m.SyncAccepted]:
    """Queue approved orders that have no consignment."""
    return await syncing.sync_pending(application, await read_body(request, m.PendingRequest))


async def sync(request: Request, application: Application) -> m.SyncAccepted:
    """Queue a sync of one order."""
    wanted = await read_body(request, m.SyncRequest)
    return await syncing.sync(application, request.path_params["number"], wanted)


async def hold(request: Request, application: Application) -> m.OrderDetail:
    """Keep an order from being pushed."""
    return await holding.hold(application, request.path_params["number"])


async def release(request: Request, application: Application) -> m.OrderDetail:
    """Let a held order go."""
    return await holding.release(application, request.path_params["number"])


async def note(request: Request, application: Application) -> m.LogEntry:
    """Write a note on an order."""
    wanted = await read_body(request, m.NoteRequest)
    number = request.path_params["number"]
    return await noting.note(application, number, wanted, by=who(request))


async def edit(request: Request, application: Application) -> m.OrderEdited:
    """Change the document of an order."""
    wanted = await read_body(request, m.OrderEdit)
    number = request.path_params["number"]
    return await editing.edit(application, number, wanted, by=who(request))


def moving_to(name: str) -> Route:
    """The route of one move that a person decides."""

    async def move(request: Request, application: Application) -> m.OrderDetail:
        number = request.path_params["number"]
        return await moving.move(application, number, name, by=who(request))

    return changing(f"/v1/purchase-orders/{{number:path}}/{name}", move)


def routes() -> list[Route]:
    """This family's routes."""
    return [
        reading("/v1/purchase-orders", list_orders),
        changing("/v1/purchase-orders/approve", approve),
        changing("/v1/purchase-orders/pending", sync_pending),
        reading("/v1/purchase-orders/{number:path}/plan", plan),
        changing("/v1/purchase-orders/{number:path}/sync", sync),
        changing("/v1/purchase-orders/{number:path}/hold", hold),
        changing("/v1/purchase-orders/{number:path}/release", release),
        changing("/v1/purchase-orders/{number:path}/note", note),
        changing("/v1/purchase-orders/{number:path}/edit", edit),
        *(moving_to(name) for name in moving.MOVES),
        reading("/v1/purchase-orders/{number:path}", find_order),
    ]
