"""The control side under `/_sim/`: what a test or a demo does to the world, and what it sees.

Not part of the X-Series API: needs no token and costs no budget.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lsync.simulator.clerk import read_receiving, receive_goods
from lsync.simulator.consignments import consignment_with
from lsync.simulator.faults import read_fault
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal
from lsync.simulator.wire import timestamp
from lsync.simulator.world import World

Handler = Callable[[Request], Awaitable[Response]]


class ControlSide:
    """Handlers of the control side over one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """The routes below `/_sim`."""
        return [
            Route("/ledger", _guarded(self.ledger), methods=["GET"]),
            Route("/calls", _guarded(self.calls), methods=["GET"]),
            Route("/deliveries", _guarded(self.deliveries), methods=["GET"]),
            Route("/faults", _guarded(self.faults), methods=["GET", "POST", "DELETE"]),
            Route("/clock", _guarded(self.clock), methods=["GET", "POST"]),
            Route("/switches", _guarded(self.switches), methods=["POST"]),
            Route("/consignments/{id}/receive", _guarded(self.receive), methods=["POST"]),
        ]

    async def ledger(self, _request: Request) -> Response:
        """Every accepted write, in order."""
        self._world.now()
        return JSONResponse(self._world.ledger.shown())

    async def calls(self, request: Request) -> Response:
        """How many calls arrived; `?recent=N` adds the last N."""
        now = self._world.now()
        return JSONResponse(
            {
                "limit": self._world.budget.limit,
                "remaining": self._world.budget.remaining(now),
                "refused": self._world.budget.refused,
                **self._world.calls.shown(recent=int(request.query_params.get("recent", "0"))),
            }
        )

    async def deliveries(self, _request: Request) -> Response:
        """Every webhook event that was queued, and what became of it."""
        return JSONResponse(self._world.outbox.shown())

    async def faults(self, request: Request) -> Response:
        """List, add (one object or an array of them) or clear faults."""
        if request.method == "DELETE":
            self._world.faults.clear()
        elif request.method == "POST":
            body = await request.json()
            for fault in [read_fault(item) for item in _as_list(body)]:
                self._world.faults.add(fault)
        return JSONResponse(self._world.faults.shown())

    async def clock(self, request: Request) -> Response:
        """Read the clock, or push it forward: `{"advance": seconds}`."""
        if request.method == "POST":
            body = await _json_object(request)
            self._world.advance(float(body.get("advance", body.get("seconds", 0))))
        return JSONResponse({"now": timestamp(self._world.now())})

    async def switches(self, request: Request) -> Response:
        """Change undocumented behaviours, by the names of `Switches`."""
        self._world.set_switches(await _json_object(request))
        return JSONResponse({"ok": True})

    async def receive(self, request: Request) -> Response:
        """The shop receives goods; an empty body means everything as ordered."""
        body = await _json_object(request)
        self._world.now()
        consignment = consignment_with(self._world, request.path_params["id"])
        effect = receive_goods(self._world, consignment, read_receiving(body))
        self._record(effect, request, body)
        return JSONResponse({"data": consignment.shown(), **effect.changes})

    def _record(self, effect: Effect, request: Request, body: Any) -> None:
        self._world.ledger.record(
            effect,
            now=self._world.clock.now(),
            source="clerk",
            method=request.method,
            path=request.url.path,
            operation=request.url.path.rpartition("/")[2],
            body=body,
        )


def _guarded(handler: Handler) -> Handler:
    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except Refusal as refusal:
            return JSONResponse(refusal.body(), status_code=refusal.status)
        except (ValueError, TypeError) as error:
            return JSONResponse({"error": "Bad Request", "message": str(error)}, status_code=400)

    return handle


async def _json_object(request: Request) -> dict[str, Any]:
    body = await request.json() if await request.body() else {}
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004  a caller's mistake, answered with 400
    return body


def _as_list(body: Any) -> list[Any]:
    items = body if isinstance(body, list) else [body]
    if not all(isinstance(item, dict) for item in items):
        raise ValueError("a fault must be a JSON object")
    return items
