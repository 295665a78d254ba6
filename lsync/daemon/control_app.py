"""The control application: every route of the control protocol over one ``Application``."""

from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from lsync.core.control.errors import ControlError
from lsync.core.domain.job import IllegalJobMoveError
from lsync.core.domain.order import IllegalTransitionError
from lsync.core.store.errors import StoreError
from lsync.daemon.application import Application
from lsync.daemon.event_stream import events_route
from lsync.daemon.events import EventHub
from lsync.daemon.operations import overview
from lsync.daemon.routes import (
    adjustments,
    adopting,
    comparing,
    decisions,
    goods,
    importing,
    jobs,
    lightspeed,
    mappings,
    orders,
    records,
    reports,
    webhooks,
    whole,
)
from lsync.daemon.routes.answers import answer_failure


def create_control_app(
    application: Application, *, hub: EventHub | None = None, read_only: bool = False
) -> Starlette:
    """Return the ASGI application. ``hub`` adds the live stream, which only a daemon has.

    With ``read_only`` every route that changes something is refused.
    """
    routes: list[Route] = [
        *whole.routes(),
        *comparing.routes(),
        *goods.routes(),
        *importing.routes(),
        *orders.routes(),
        *decisions.routes(),
        *adjustments.routes(),
        *adopting.routes(),
        *mappings.routes(),
        *jobs.routes(),
        *records.routes(),
        *reports.routes(),
        *webhooks.routes(),
        *lightspeed.routes(),
    ]
    if hub is not None:
        routes.append(events_route(hub, snapshot=lambda: overview.status(application)))
    failures: dict[Any, Any] = dict.fromkeys(
        (
            ControlError,
            StoreError,
            IllegalJobMoveError,
            IllegalTransitionError,
            HTTPException,
            Exception,
        ),
        answer_failure,
    )
    app = Starlette(routes=routes, exception_handlers=failures)
    app.state.application = application
    app.state.read_only = read_only or application.read_only
    return app
