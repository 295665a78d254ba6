"""Real daemons at work against a real simulator; its ledger is the judge."""

import asyncio
import contextlib
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from lsync.core.control.client import ControlClient
from lsync.core.control.messages import OrderDetail
from lsync.core.lightspeed.signature import sign
from tests.daemon.processes import DaemonProcess, running, until
from tests.daemon.simulated import SECRET, SimulatorProcess, simulator
from tests.databases import free_port

pytestmark = pytest.mark.process

HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost\n"


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[SimulatorProcess]:
    async with simulator(tmp_path) as started:
        yield started


@contextlib.asynccontextmanager
async def working(
    tmp_path: Path, shop: SimulatorProcess, **given: object
) -> AsyncIterator[tuple[DaemonProcess, ControlClient]]:
    """A daemon that syncs with the shop and has read its catalogue."""
    settings = {"lightspeed": {"base_url": shop.url}}
    async with (
        running(tmp_path, settings=settings, **given) as daemon,
        daemon.client() as client,
    ):
        yield daemon, client


def orders_file(*numbers: str) -> bytes:
    rows = [
        f"{number},Northwind Wholesale,Main Street,SKU-{line:04d},{line % 7 + 1},2.50\n"
        for number in numbers
        for line in (70, 73, 112)
    ]
    return (HEADER + "".join(rows)).encode()


async def approved(client: ControlClient, *numbers: str) -> list[int]:
    await client.import_orders("orders.csv", orders_file(*numbers))
    done = await client.approve(numbers)
    return [each.job_id for each in done if each.job_id is not None]


async def settled(client: ControlClient, number: str, *, state: str = "submitted") -> OrderDetail:
    async def reached() -> bool:
        return (await client.order(number)).state == state

    await until(reached)
    return await client.order(number)


async def created(shop: SimulatorProcess) -> Counter[str]:
    """How many consignments the shop was made to create, by reference."""
    return Counter(
        str((entry["body"].get("data") or entry["body"]).get("reference"))
        for entry in await shop.ledger()
        if entry["method"] == "POST" and entry["path"].endswith("/consignments")
    )


async def test_an_approved_order_becomes_a_sent_consignment_in_four_calls(
    tmp_path: Path, shop: SimulatorProcess
) -> None:
    async with working(tmp_path, shop) as (_, client):
        await settled_catalogue(client)
        (job_id,) = await approved(client, "PO-1")
        job = await client.job(job_id, wait_seconds=60)
        assert job.state == "completed"
        order = await client.order("PO-1")
        assert (order.state, order.sync_state) == ("submitted", "synced")
        assert await created(shop) == {"PO-1": 1}
        pushes = [call for call in await client.api_calls(order="PO-1") if call.job_id == job_id]
        assert len(pushes) == 4


async def test_a_stop_in_the_middle_finishes_or_parks_what_runs(
    tmp_path: Path, shop: SimulatorProcess
) -> None:
    async with working(tmp_path, shop) as (daemon, client):
        await settled_catalogue(client)
        await fault(shop, "latency", seconds=0.5)
        await approved(client, "PO-1", "PO-2")

        async def begun() -> bool:
            return bool(await created(shop))

        await until(begun)
        assert await daemon.terminate() == 0
        await daemon.start()
        for number in ("PO-1", "PO-2"):
            await settled(client, number)
        assert await created(shop) == {"PO-1": 1, "PO-2": 1}


async def test_a_second_signal_gives_up_what_runs_and_loses_nothing(
    tmp_path: Path, shop: SimulatorProcess
) -> None:
    async with working(tmp_path, shop) as (daemon, client):
        await settled_catalogue(client)
        await fault(shop, "latency", seconds=4)
        await approved(client, "PO-1", "PO-2")

        async def calling() -> bool:
            log = await client.log()
            return {"PO-1", "PO-2"} <= {entry.order_number for entry in log if entry.step == "arm"}

        await until(calling)
        assert daemon.process is not None
        daemon.process.terminate()

        async def draining() -> bool:
            return any(entry["event"] == "stopping" for entry in daemon.entries())

        await until(draining)
        assert await daemon.terminate() == 0
        assert any(entry["event"].startswith("giving up") for entry in daemon.entries())
        await fault(shop)
        await daemon.start()
        for number in ("PO-1", "PO-2"):
            await settled(client, number)
        assert await created(shop) == {"PO-1": 1, "PO-2": 1}


async def test_a_refused_token_pauses_and_loses_no_job(
    tmp_path: Path, shop: SimulatorProcess
) -> None:
    wrong = {"lightspeed": {"base_url": shop.url, "api_token": "wrong-token"}}
    async with running(tmp_path, settings=wrong) as daemon, daemon.client() as client:
        tried = await client.vend_test()
        assert not tried.ok
        await client.import_orders("orders.csv", orders_file("PO-1"))
        await client.approve(["PO-1"])

        async def paused() -> bool:
            return "sync.push" in {pause.type for pause in (await client.stats()).pauses}

        await until(paused)
        failing = {part.name: part.state for part in (await client.status()).health}
        assert (failing["queue"], failing["lightspeed"]) == ("warning", "failed")
        assert {job.state for job in await client.jobs(type="sync.push")} == {"pending"}
        assert "wrong-token" not in daemon.log.read_text()
        await daemon.terminate()
        corrected = daemon.config.read_text().replace("wrong-token", "test-token")
        daemon.config.write_text(corrected)
        await daemon.start()
        await settled(client, "PO-1")
        assert await created(shop) == {"PO-1": 1}


async def test_an_order_approved_by_another_program_is_synced(
    tmp_path: Path, shop: SimulatorProcess
) -> None:
    async with working(tmp_path, shop) as (_, client):
        await client.import_orders("orders.csv", orders_file("PO-1"))
        with sqlite3.connect(tmp_path / "lsync.db") as database:
            database.execute("UPDATE purchase_orders SET state = 'approved'")
        await settled(client, "PO-1")
        assert await created(shop) == {"PO-1": 1}
        pushes = await client.jobs(type="sync.push")
        assert len(pushes) == 1


async def test_a_signed_webhook_brings_the_receipt_and_a_forged_one_nothing(tmp_path: Path) -> None:
    port = free_port()
    hook = f"http://127.0.0.1:{port}/webhooks/lightspeed/{{event_type}}"
    options = ("--webhook-url", hook, "--client-secret", SECRET)
    slow_poll = {"sync": {"poll_seconds": 86400}}
    async with simulator(tmp_path, *options) as shop:
        settings = {"lightspeed": {"base_url": shop.url}, **slow_poll}
        async with (
            running(tmp_path, settings=settings, port=port) as daemon,
            daemon.client() as client,
            httpx.AsyncClient() as http,
        ):
            await approved(client, "PO-1")
            order = await settled(client, "PO-1")
            address = f"{daemon.url}/webhooks/lightspeed/consignment.receive"
            body = b"payload=%7B%7D"
            forged = await http.post(
                address, content=body, headers={"X-Signature": sign(body, "wrong")}
            )
            assert (forged.status_code, forged.content) == (401, b"")
            assert await client.webhook_events() == ()
            await shop.receive(order.consignment_ids[0])
            received = await settled(client, "PO-1", state="received")
            assert received.received == received.ordered
            assert {event.verdict for event in await client.webhook_events()} == {"verified"}


async def test_a_webhook_that_comes_twice_is_kept_once(
    tmp_path: Path, shop: SimulatorProcess
) -> None:
    async with working(tmp_path, shop) as (daemon, client), httpx.AsyncClient() as http:
        body = b"payload=%7B%22id%22%3A%221%22%7D"
        for _ in range(2):
            answer = await http.post(
                f"{daemon.url}/webhooks/lightspeed/sale.update",
                content=body,
                headers={"X-Signature": sign(body, SECRET)},
            )
            assert answer.status_code == 204
        (event,) = await client.webhook_events()
        assert event.duplicates == 1
        assert len(await client.jobs(type="webhook.process")) == 1


async def test_live_events_resume_where_the_listener_left(
    tmp_path: Path, shop: SimulatorProcess
) -> None:
    async with working(tmp_path, shop) as (daemon, client), asyncio.timeout(60):
        stream = client.events()
        first = await anext(stream)
        assert first.kind == "status"
        await client.import_orders("orders.csv", orders_file("PO-1"))
        seen = first
        while (seen.kind, (seen.data or {}).get("order_number")) != ("order", "PO-1"):
            seen = await anext(stream)
        await stream.aclose()
        await client.import_orders("orders.csv", orders_file("PO-2"))
        async with contextlib.aclosing(client.events(seen.id)) as resumed:
            missed = await anext(resumed)
            while (missed.kind, (missed.data or {}).get("order_number")) != ("order", "PO-2"):
                assert missed.kind not in {"resync", "status"} or missed.id != seen.id
                missed = await anext(resumed)
        assert int(missed.id.rpartition(":")[2]) > int(seen.id.rpartition(":")[2])
        await daemon.kill()
        await daemon.start()
        async with contextlib.aclosing(client.events(missed.id)) as anew:
            assert (await anext(anew)).kind == "resync"
            assert (await anext(anew)).kind == "status"


async def test_an_open_stream_does_not_hold_up_the_stop(
    tmp_path: Path, shop: SimulatorProcess
) -> None:
    async with working(tmp_path, shop) as (daemon, client), asyncio.timeout(60):
        async with contextlib.aclosing(client.events()) as stream:
            await anext(stream)
            stopping = asyncio.create_task(daemon.terminate())
            async for _ in stream:
                pass
        assert await stopping == 0


async def settled_catalogue(client: ControlClient) -> None:
    """Wait until the shop's catalogue has been read."""

    async def read() -> bool:
        refreshes = await client.jobs(type="catalogue.refresh")
        return any(job.state == "completed" for job in refreshes)

    await until(read)


async def fault(shop: SimulatorProcess, name: str | None = None, **options: object) -> None:
    """Let the shop misbehave from now on; without a name, no longer."""
    async with httpx.AsyncClient() as http:
        if name is None:
            (await http.delete(f"{shop.url}/_sim/faults")).raise_for_status()
        else:
            wanted = {"name": name, **options}
            (await http.post(f"{shop.url}/_sim/faults", json=wanted)).raise_for_status()
