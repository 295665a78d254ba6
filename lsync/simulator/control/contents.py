"""What the control side offers, told by itself: `GET /_sim/` for whoever explores with curl."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from lsync.simulator.faults import FAULTS


def contents(routes: Sequence[Route]) -> Route:
    """A route that lists the others and the names of the faults."""
    offered = {_spelled(route): _sentence(route) for route in routes}

    async def show(_request: Request) -> JSONResponse:
        return JSONResponse({"offered": offered, "faults": dict(FAULTS)})

    return Route("/", show, methods=["GET"])


def _spelled(route: Route) -> str:
    methods = sorted((route.methods or set()) - {"HEAD"})
    return f"{'|'.join(methods)} /_sim{route.path}"


def _sentence(route: Route) -> str:
    return " ".join((route.endpoint.__doc__ or "").split())
