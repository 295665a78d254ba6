"""What people do is written down with their name, and only what they do."""

import os
from asyncio import to_thread
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from lsync.core.control import messages as m
from lsync.core.control.client import ControlClient, ControlError
from lsync.core.store.migrate import upgrade
from lsync.daemon.application import Application
from lsync.daemon.control_app import create_control_app
from lsync.daemon.routes.deeds import describe
from lsync.daemon.users import login_name
from tests.daemon.application import opened

USER = login_name(os.getuid())
FILE = b"order_number,supplier,outlet,sku,quantity,unit_cost\nPO-1,Acme,Main,SKU-1,2,3.50\n"


@pytest.fixture
async def application(tmp_path: Path) -> AsyncIterator[Application]:
    url = f"sqlite:///{tmp_path / 'lsync.db'}"
    await to_thread(upgrade, url)
    async with opened(url, tmp_path) as application:
        yield application


@pytest.fixture
async def client(application: Application) -> AsyncIterator[ControlClient]:
    transport = httpx.ASGITransport(create_control_app(application), raise_app_exceptions=False)
    async with ControlClient(transport, address="this process") as opened_client:
        yield opened_client


async def deeds(client: ControlClient) -> list[str]:
    return [entry.message for entry in await client.log(operation="operator")]


async def test_what_was_done_is_in_the_log_newest_first(client: ControlClient) -> None:
    await client.import_orders("orders.csv", FILE)
    await client.hold("PO-1")
    await client.pause("sync.push", reason="stock count")
    assert await deeds(client) == [
        f"{USER}: pause queue (1)",
        f"{USER}: hold PO-1",
        f"{USER}: import orders",
    ]
    assert (await client.log(operation="operator", order="PO-1"))[0].step == "hold"


async def test_a_plan_that_changes_nothing_is_not_written_down(client: ControlClient) -> None:
    plan = await client.plan_bulk(m.BulkRequest(action="retry", type="sync.push"))
    assert plan.count == 0
    assert await deeds(client) == []


async def test_what_was_refused_is_not_written_down(client: ControlClient) -> None:
    with pytest.raises(ControlError):
        await client.hold("PO-404")
    assert await deeds(client) == []


@pytest.mark.parametrize(
    ("template", "given", "answer", "said"),
    [
        ("/v1/jobs/{job_id:int}/payload", {"job_id": 7}, m.ErrorMessage(error=""), "edit job 7"),
        ("/v1/jobs/bulk", {}, m.BulkResult(action="retry", changed=3), "retry 3 jobs"),
        ("/v1/purchase-orders/approve", {}, [m.ErrorMessage(error="")], "approve orders (1)"),
        ("/v1/decisions", {}, [m.ErrorMessage(error="")], "change decisions (1)"),
    ],
)
def test_deeds_are_said_in_words(
    template: str, given: dict[str, object], answer: object, said: str
) -> None:
    assert " ".join(describe(template, given, answer)) == said  # type: ignore[arg-type]  # any message
