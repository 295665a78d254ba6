"""The clerk's side: what people in the shop do to consignments."""

from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lsync.simulator.consignments import till
from lsync.simulator.consignments.receiving import receive
from lsync.simulator.consignments.writing import consignment_with
from lsync.simulator.control.guard import Handler, guarded, json_object
from lsync.simulator.entities import Consignment
from lsync.simulator.ledger import Effect
from lsync.simulator.world import World

Deed = Callable[[World, Consignment, dict[str, Any]], Effect]


def clerk_routes(world: World) -> list[Route]:
    """The routes below `/_sim`; each answers with the consignment and what was changed."""
    deeds: dict[str, tuple[Deed, Sequence[str]]] = {
        "receive": (receive, ("lines", "create_new_order", "new_reference", "finish")),
        "edit": (till.edit, ("lines",)),
        "cancel": (till.cancel, ()),
        "reopen": (till.reopen, ()),
    }
    return [
        Route(
            f"/consignments/{{id}}/{name}",
            guarded(_handler(world, name, deed, known=known)),
            methods=["POST"],
        )
        for name, (deed, known) in deeds.items()
    ]


def _handler(world: World, name: str, deed: Deed, *, known: Sequence[str]) -> Handler:
    async def handle(request: Request) -> Response:
        body = await json_object(request, known=known)
        now = world.now()
        consignment = consignment_with(world, request.path_params["id"])
        effect = deed(world, consignment, body)
        world.ledger.record(
            effect,
            now=now,
            source="clerk",
            method=request.method,
            path=request.url.path,
            operation=name,
            body=body,
        )
        return JSONResponse({"data": consignment.shown(), **effect.changes})

    handle.__doc__ = deed.__doc__
    return handle
