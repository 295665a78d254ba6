"""Instruments: the ledger, calls, deliveries, faults, clock and switches of a world."""

import json
from dataclasses import asdict, fields

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lsync.simulator.config import Switches
from lsync.simulator.control.guard import as_objects, guarded, json_object
from lsync.simulator.faults import read_fault
from lsync.simulator.wire import timestamp
from lsync.simulator.world import World


class Instruments:
    """Handlers over one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """The routes below `/_sim`."""
        return [
            Route("/ledger", guarded(self.ledger), methods=["GET"]),
            Route("/calls", guarded(self.calls), methods=["GET"]),
            Route("/deliveries", guarded(self.deliveries), methods=["GET"]),
            Route("/faults", guarded(self.faults), methods=["GET", "POST", "DELETE"]),
            Route("/clock", guarded(self.clock), methods=["GET", "POST"]),
            Route("/switches", guarded(self.switches), methods=["GET", "POST"]),
        ]

    async def ledger(self, request: Request) -> Response:
        """Every accepted write, in order, as an array or as JSON lines (`?format=jsonl`).

        `?after=SEQ` leaves out what is known already.
        """
        self._world.now()
        entries = self._world.ledger.shown(after=int(request.query_params.get("after", "0")))
        if request.query_params.get("format") == "jsonl":
            lines = "".join(f"{json.dumps(entry)}\n" for entry in entries)
            return Response(lines, media_type="application/jsonl")
        return JSONResponse(entries)

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
            for fault in [read_fault(item) for item in as_objects(await request.json())]:
                self._world.faults.add(fault)
        return JSONResponse(self._world.faults.shown())

    async def clock(self, request: Request) -> Response:
        """Read the clock, or push it forward: `{"advance": seconds}`."""
        if request.method == "POST":
            body = await json_object(request, known=("advance", "seconds"))
            self._world.advance(float(body.get("advance", body.get("seconds", 0))))
        return JSONResponse({"now": timestamp(self._world.now())})

    async def switches(self, request: Request) -> Response:
        """Show or change how undocumented points are decided, by the names of `Switches`."""
        if request.method == "POST":
            known = [each.name for each in fields(Switches)]
            self._world.set_switches(await json_object(request, known=known))
        return JSONResponse(asdict(self._world.switches))
