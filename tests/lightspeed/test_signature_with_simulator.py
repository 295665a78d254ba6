"""What the simulator delivers verifies with the client's verifier and with plain hmac alike."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from decimal import Decimal
from urllib.parse import parse_qs

import httpx
import pytest

from lsync.core.lightspeed import (
    ConsignmentDraft,
    LineDraft,
    MemoryBudget,
    StaticToken,
    XSeries,
    verify_signature,
)
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.running import RunningSimulator

from .conftest import Clock

SECRET = "client-secret"


class Receiver:
    """Takes one HTTP request, answers 204, keeps what it got."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.body = b""
        self.arrived = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        fields = (line.partition(":") for line in head.split("\r\n")[1:] if line)
        self.headers = {name.lower(): value.strip() for name, _, value in fields}
        self.body = await reader.readexactly(int(self.headers["content-length"]))
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        self.arrived.set()


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    found = Receiver()
    server = await asyncio.start_server(found, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield found, f"http://127.0.0.1:{port}/webhooks/lightspeed/{{event_type}}"
    server.close()


def plain_check(body: bytes, header: str) -> bool:
    """Twenty lines that know nothing of lsync."""
    fields = dict(part.split("=", 1) for part in header.split(","))
    if fields["algorithm"] != "HMAC-SHA256":
        return False
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, fields["signature"])


async def test_a_delivered_receipt_verifies(receiver: tuple[Receiver, str], clock: Clock) -> None:
    hook, url = receiver
    config = SimulatorConfig(clock=clock, products=30, webhook_url=url, client_secret=SECRET)
    async with RunningSimulator(config) as simulator:
        order_id = await receive_an_order(simulator, clock)
        await hook.arrived.wait()
    header = hook.headers["x-signature"]
    assert plain_check(hook.body, header)
    assert verify_signature(hook.body, header, [SECRET])
    assert not verify_signature(hook.body + b" ", header, [SECRET])
    line = json.loads(parse_qs(hook.body.decode())["payload"][0])
    assert line["consignment_id"] == order_id


async def receive_an_order(simulator: RunningSimulator, clock: Clock) -> str:
    async with XSeries(
        base_url=simulator.base_url,
        token=StaticToken("simulator-token"),
        budget=MemoryBudget(limit=350, clock=clock),
    ) as api:
        outlet, supplier = (await api.outlets.list())[0], (await api.suppliers.list())[0]
        products = [p async for p in api.products.iterate() if p.active and not p.is_composite]
        order = await api.consignments.create(
            ConsignmentDraft(
                name="x", reference="PO-1", outlet_id=outlet.id, supplier_id=supplier.id
            )
        )
        line = LineDraft(product_id=products[0].id, count=Decimal(3))
        await api.consignments.add_lines_bulk(order.id, [line])
        await api.consignments.send(order)
    async with httpx.AsyncClient() as clerk:
        answer = await clerk.post(
            f"{simulator.control_url}/consignments/{order.id}/receive", json={}
        )
        assert answer.is_success, answer.text
    return order.id
