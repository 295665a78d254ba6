"""Thousands of webhooks shuffled, dropped, doubled and late: one poll later the books are right."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from lsync.core.control.client import ControlClient
from tests.daemon.processes import running, until
from tests.daemon.simulated import SECRET, TOKEN, SimulatorProcess, simulator
from tests.databases import free_port
from tests.sync.retailer import orderable

pytestmark = pytest.mark.process

FAULTS = [
    {"name": "webhook_drop", "rate": 0.1},
    {"name": "webhook_duplicate", "rate": 0.1},
    {"name": "webhook_delay", "rate": 0.2, "seconds": 3},
    {"name": "webhook_reorder", "rate": 0.5, "behind": 7, "seconds": 1},
]
STATES = {"SENT": "submitted", "DISPATCHED": "receiving", "RECEIVED": "received"}
Books = dict[str, tuple[str, dict[str, str]]]
"""By order number: its state, and what was received by SKU."""


def orders_file(numbers: list[str], lines: int) -> bytes:
    rows = [
        f"{number},Northwind Wholesale,Main Street,{sku},{place % 7 + 2},2.50\n"
        for number in numbers
        for place, sku in enumerate(orderable(lines))
    ]
    return ("order_number,supplier,outlet,sku,quantity,unit_cost\n" + "".join(rows)).encode()


async def consignments(http: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """What the shop has, by reference."""
    found: dict[str, dict[str, Any]] = {}
    after = 0
    while True:
        query = {"type": "SUPPLIER", "after": str(after), "page_size": "500"}
        page = (await http.get("/api/2026-07/consignments", params=query)).json()
        if not page["data"]:
            return found
        found |= {each["reference"]: each for each in page["data"]}
        after = page["version"]["max"]


async def shop_books(http: httpx.AsyncClient) -> Books:
    books: Books = {}
    products = (await http.get("/api/2026-07/products", params={"page_size": "1000"})).json()
    skus = {each["id"]: each["sku"] for each in products["data"]}
    for reference, consignment in (await consignments(http)).items():
        path = f"/api/2026-07/consignments/{consignment['id']}/products"
        lines = (await http.get(path, params={"page_size": "1000"})).json()["data"]
        received = {skus[each["product_id"]]: _plain(each["received"]) for each in lines}
        books[reference] = (STATES[consignment["status"]], received)
    return books


async def our_books(client: ControlClient, numbers: list[str]) -> Books:
    books: Books = {}
    for number in numbers:
        order = await client.order(number)
        received = {line.sku or "": _plain(str(line.received)) for line in order.lines}
        books[number] = (order.state, received)
    return books


def _plain(amount: str | None) -> str:
    return f"{float(amount or 0):g}"


async def receive_at_random(http: httpx.AsyncClient, chance: Random, *, lines: int) -> None:
    """Each order is received in up to three visits of the clerk, the orders all mixed up."""
    found = await consignments(http)
    visits = [each["id"] for each in found.values() for _ in range(chance.randint(1, 3))]
    chance.shuffle(visits)
    last = {consignment_id: place for place, consignment_id in enumerate(visits)}
    for place, consignment_id in enumerate(visits):
        finish = last[consignment_id] == place and chance.random() < 0.9
        amounts = {sku: str(chance.randint(1, 9)) for sku in orderable(lines)}
        body = {"lines": amounts, "finish": finish}
        answer = await http.post(f"/_sim/consignments/{consignment_id}/receive", json=body)
        answer.raise_for_status()


async def one_poll(client: ControlClient, *, since: datetime) -> None:
    """Wait until a poll that began after ``since`` and the looks it asked for are done."""

    async def polled() -> bool:
        done = await client.jobs(state="completed", type="sync.poll", limit=20)
        return any(job.started_at is not None and job.started_at > since for job in done)

    async def quiet() -> bool:
        states = ("pending", "processing")
        return not any([await client.jobs(state=it, type="sync.pull", limit=1) for it in states])

    await until(polled, seconds=900)
    await until(quiet, seconds=900)


@pytest.mark.parametrize(
    ("orders", "lines"),
    [(8, 10), pytest.param(250, 25, marks=pytest.mark.long, id="ten thousand")],
)
async def test_after_one_poll_the_books_equal_the_shop_s(
    tmp_path: Path, orders: int, lines: int
) -> None:
    numbers = [f"PO-{number}" for number in range(orders)]
    port = free_port()
    hook = f"http://127.0.0.1:{port}/webhooks/lightspeed/{{event_type}}"
    arguments = ("--registers", "200", "--webhook-url", hook, "--client-secret", SECRET)
    async with (
        simulator(tmp_path, *arguments) as shop,
        running(tmp_path, settings=_settings(shop), port=port) as daemon,
        daemon.client() as client,
        httpx.AsyncClient(
            base_url=shop.url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60
        ) as http,
    ):
        for start in range(0, orders, 10):
            some = numbers[start : start + 10]
            await client.import_orders("orders.csv", orders_file(some, lines))
            await client.approve(some)

        async def pushed() -> bool:
            return (await client.status()).orders.get("submitted", 0) == orders

        await until(pushed, seconds=600)
        (await http.post("/_sim/faults", json=FAULTS)).raise_for_status()
        await receive_at_random(http, Random(7), lines=lines)
        await one_poll(client, since=datetime.now(UTC))
        wanted = await shop_books(http)
        assert await our_books(client, numbers) == wanted
        assert {state for state, _ in wanted.values()} >= {"received"}
        counted = await deliveries(http)
        print(json.dumps(counted))
        await until(lambda: all_in(client, counted), seconds=600)
        assert await our_books(client, numbers) == wanted, "late webhooks change nothing"


async def deliveries(http: httpx.AsyncClient) -> dict[str, int]:
    """Wait until the shop has delivered everything; how many deliveries, attempts and bodies.

    An attempt that was not answered within 5 s is made again, and may have arrived all the same.
    """
    while True:
        shown = (await http.get("/_sim/deliveries")).json()
        if all(each["outcome"] != "pending" for each in shown):
            break
        await asyncio.sleep(0.2)
    assert {each["outcome"] for each in shown} == {"delivered"}
    bodies = {(urlsplit(each["url"]).path, each["body"]) for each in shown}
    attempted = sum(each["attempts"] for each in shown)
    return {"delivered": len(shown), "attempted": attempted, "different": len(bodies)}


async def all_in(client: ControlClient, counted: dict[str, int]) -> bool:
    """Each body is kept once, every further delivery is counted, and all are looked into."""
    kept = again = waiting = 0
    before: int | None = None
    while page := await client.webhook_events(limit=1000, before=before):
        kept += len(page)
        again += sum(event.duplicates for event in page)
        waiting += sum(event.status == "received" for event in page)
        before = page[-1].id
    assert kept == counted["different"]
    assert counted["delivered"] <= kept + again <= counted["attempted"]
    return waiting == 0


def _settings(shop: SimulatorProcess) -> dict[str, dict[str, object]]:
    return {"lightspeed": {"base_url": shop.url, "registers": 200}}
