"""Reading the shop through the control application: what a name means, and pages."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from lsync.core.control.client import ControlClient
from lsync.core.control.errors import ControlError
from lsync.core.domain.consignment import ConsignmentView
from lsync.core.lightspeed import ConsignmentDraft
from lsync.core.settings import load_settings
from lsync.core.store import consignments, orders
from lsync.core.store.database import Transaction
from lsync.daemon.application import Application
from lsync.daemon.control_app import create_control_app
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.running import RunningSimulator
from tests.daemon.application import opened

FILE = b"order_number,supplier,outlet,sku,quantity,unit_cost\nPO-1,Acme,Main Street,SKU-0001,2,3\n"


@pytest.fixture
async def application(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    config = SimulatorConfig(token="canary-token")
    async with (
        RunningSimulator(config) as simulator,
        opened(database_url, tmp_path, lightspeed__base_url=simulator.base_url) as application,
    ):
        yield application


@pytest.fixture
async def client(application: Application) -> AsyncIterator[ControlClient]:
    transport = httpx.ASGITransport(create_control_app(application), raise_app_exceptions=False)
    async with ControlClient(transport, address="this process") as opened:
        yield opened


async def create(application: Application, reference: str) -> str:
    outlet, *_ = await application.client.outlets.list()
    draft = ConsignmentDraft(name="x", reference=reference, outlet_id=outlet.id)
    return (await application.client.consignments.create(draft)).id


async def test_an_order_number_wins_over_a_reference(
    application: Application, client: ControlClient
) -> None:
    await client.import_orders("orders.csv", FILE)
    ours = await create(application, "renamed at the till")
    foreign = await create(application, "PO-1")
    assert (await client.vend_consignment("PO-1")).id == foreign, "the order has none yet"

    async def link(tx: Transaction) -> None:
        order = await orders.find(tx, "PO-1")
        assert order is not None
        view = ConsignmentView(consignment_id=ours, status="OPEN", version=1)
        await consignments.put(
            tx, view, order_id=orders.stored_id(order), role="primary", now=await tx.now()
        )

    await application.database.run(link)
    assert (await client.vend_consignment("PO-1")).id == ours
    assert (await client.vend_consignment(foreign)).id == foreign


async def test_a_cursor_resumes_and_the_end_has_none(client: ControlClient) -> None:
    seen: list[str] = []
    page = await client.vend_products(limit=200)
    while page.cursor is not None:
        seen += [each.sku for each in page.products]
        page = await client.vend_products(limit=200, after=page.cursor)
    assert len(seen) == len(set(seen)) > 400


async def test_a_page_costs_one_call(application: Application, client: ControlClient) -> None:
    before = (await application.budget.state()).used
    await client.vend_products(limit=50)
    assert (await application.budget.state()).used == before + 1


async def test_a_missing_product_is_404(client: ControlClient) -> None:
    with pytest.raises(ControlError) as refused:
        await client.vend_products(sku="NO-SUCH")
    assert refused.value.status == 404


async def test_without_a_database_all_pages_share_one_budget(tmp_path: Path) -> None:
    async with RunningSimulator(SimulatorConfig(token="canary-token")) as simulator:
        flags = {"lightspeed.base_url": simulator.base_url, "lightspeed.api_token": "canary-token"}
        settings = load_settings(environment={}, directory=tmp_path, flags=flags)
        application = Application(settings=settings, boot="boot", mode="in_process")
        transport = httpx.ASGITransport(create_control_app(application), raise_app_exceptions=False)
        async with ControlClient(transport, address="this process") as client:
            first = await client.vend_products(limit=50)
            second = await client.vend_products(limit=50, after=first.cursor)
        assert len(first.products) == len(second.products) == 50
        assert application.spare_budget.limit - application.spare_budget.left == 2
        await application.aclose()
