"""The simulator as one ASGI application: the control side below `/_sim`, the API elsewhere."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from lsync.simulator.config import SimulatorConfig
from lsync.simulator.control.accounts import Accounts
from lsync.simulator.control.clerk import clerk_routes
from lsync.simulator.control.contents import contents
from lsync.simulator.control.instruments import Instruments
from lsync.simulator.serving.connections import Connections
from lsync.simulator.serving.door import ApiDoor
from lsync.simulator.webhooks.delivery import Courier
from lsync.simulator.world import World


def create_app(config: SimulatorConfig, *, connections: Connections | None = None) -> Starlette:
    """A new retailer behind its HTTP interface; `app.state.world` is its state.

    Under a server pass the `connections` of its protocol, so that faults can cut them; under
    httpx's ASGI transport faults raise the exception that a client would have seen. Webhooks are
    delivered while the lifespan runs.
    """
    world = World(config)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        courier = asyncio.create_task(Courier(world).run())
        try:
            yield
        finally:
            courier.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await courier

    app = Starlette(
        routes=[
            Mount("/_sim", routes=_control_side(world)),
            Accounts(world).page(),
        ],
        lifespan=lifespan,
    )
    app.state.world = world
    # The API is what nothing else matches: its own router is cheaper and knows odd paths as well.
    app.router.default = ApiDoor(world, connections=connections or Connections())
    app.router.redirect_slashes = False
    return app


def _control_side(world: World) -> list[Route]:
    routes = [
        *Instruments(world).routes(),
        *Accounts(world).routes(),
        *clerk_routes(world),
    ]
    return [*routes, contents(routes)]
