"""Webhook bodies of the simulator, checked by the client's own verifier."""

import httpx

from lsync.core.lightspeed import verify_signature
from lsync.simulator.app import create_app
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.webhooks.delivery import deliver_due
from lsync.simulator.webhooks.events import raise_event

SECRET = "client-secret"


async def delivered(secret: str) -> list[httpx.Request]:
    url = "http://receiver.test/hook"
    config = SimulatorConfig(products=1, webhook_url=url, client_secret=secret)
    world = create_app(config).state.world
    raise_event(world, "consignment.receive", lambda: {"id": "ä", "count": "8.00000"})
    arrived: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        arrived.append(request)
        return httpx.Response(204)

    async with httpx.AsyncClient(transport=httpx.MockTransport(take)) as client:
        await deliver_due(world, client)
    return arrived


async def test_the_client_verifies_what_the_simulator_signs() -> None:
    (request,) = await delivered(SECRET)
    header = request.headers["X-Signature"]
    assert verify_signature(request.content, header, ["older", SECRET])
    assert not verify_signature(request.content, header, ["older"])
    assert not verify_signature(request.content + b" ", header, [SECRET])
