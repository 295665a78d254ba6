"""Mappings over the control protocol: a choice is remembered and lets blocked orders go."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from lsync.core.control.client import ControlClient
from lsync.core.control.errors import ControlError
from lsync.core.domain.catalogue import CatalogueEntry, Outlet, Product, Supplier
from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder, SyncState
from lsync.core.store import catalogue, orders
from lsync.core.store.database import Transaction
from lsync.daemon.application import Application
from lsync.daemon.control_app import create_control_app
from tests.daemon.application import opened

NAMES = ("Northwind Wholesale", "Alpine Trading", "Twin", "Twin")


async def fill(tx: Transaction) -> None:
    """A catalogue and three approved orders whose sync failed, and one that waits."""
    now = await tx.now()
    entries: list[CatalogueEntry] = [
        *(Supplier(id=f"s-{no}", name=name) for no, name in enumerate(NAMES, start=1)),
        Outlet(id="o-1", name="Main Street"),
        Product(id="p-1", name="Green tea, loose", sku="TEA-100"),
        Product(id="p-2", name="Mug", sku="MUG-1"),
    ]
    await catalogue.put_many(tx, entries, now=now)
    await catalogue.mark_known(tx, now=now)
    for number, supplier, sku in (
        ("PO-1", "NORTHWND", "TEA-100"),
        ("PO-2", "northwnd ", "TEA-1OO"),
        ("PO-3", "Alpine Trading", "TEA-100"),
    ):
        await orders.insert(tx, order(number, supplier, sku), now=now)
    held = await orders.insert(tx, order("PO-4", "Northwnd", "TEA-100"), now=now)
    await orders.hold(tx, held.id or 0, held=True, now=now)


def order(number: str, supplier: str, sku: str) -> PurchaseOrder:
    return PurchaseOrder(
        order_number=number,
        supplier=supplier,
        outlet="Main Street",
        state=OrderState.APPROVED,
        sync_state=SyncState.FAILED,
        lines=(OrderLine(line_no=1, sku=sku, name="tea green", quantity=Decimal(3)),),
    )


@pytest.fixture
async def application(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    async with opened(database_url, tmp_path) as application:
        await application.database.run(fill)
        yield application


@pytest.fixture
async def client(application: Application) -> AsyncIterator[ControlClient]:
    app = create_control_app(application)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with ControlClient(transport, address="this process") as opened:
        yield opened


async def test_unknown_words_come_with_their_orders_and_the_nearest_names(
    client: ControlClient,
) -> None:
    found = {(it.kind, it.local_id): it for it in await client.suggestions()}
    assert set(found) == {("supplier", "NORTHWND"), ("product", "TEA-1OO")}
    supplier = found["supplier", "NORTHWND"]
    assert supplier.orders == ("PO-1", "PO-2", "PO-4")
    assert supplier.candidates[0].name == "Northwind Wholesale"
    product = found["product", "TEA-1OO"]
    assert product.candidates[0].sku == "TEA-100"
    assert [it.kind for it in await client.suggestions(order="PO-1")] == ["supplier"]
    assert await client.suggestions(order="PO-3") == ()
    with pytest.raises(ControlError, match="no order PO-9"):
        await client.suggestions(order="PO-9")


async def test_a_choice_queues_what_it_unblocks_and_names_what_else_is_wrong(
    client: ControlClient,
) -> None:
    done = await client.map("supplier", "Northwnd", "northwind wholesale")
    assert (done.mapping.lightspeed_id, done.mapping.source) == ("s-1", "person")
    assert done.queued == ("PO-1",)
    (blocked,) = done.blocked
    assert (blocked.order_number, blocked.problems[0].code) == ("PO-2", "unknown_sku")
    assert (await client.order("PO-1")).sync_state == "queued"
    assert (await client.order("PO-4")).sync_state == "failed", "a held order stays"
    more = await client.map("product", "tea-1oo", "TEA-100")
    assert (more.queued, more.blocked) == (("PO-2",), ())
    assert await client.suggestions() == ()
    again = await client.map("product", "TEA-1OO", "p-2")
    assert again.queued == (), "what is queued is not queued twice"


async def test_a_word_means_one_thing_and_can_be_forgotten(client: ControlClient) -> None:
    await client.map("supplier", "Northwnd", "s-1")
    await client.map("supplier", " NORTHWND ", "Alpine Trading")
    (found,) = await client.mappings(kind="supplier")
    assert (found.local_id, found.name) == ("northwnd", "Alpine Trading")
    assert await client.mappings(kind="outlet") == ()
    (forgotten,) = await client.unmap("supplier", "northwnd")
    assert forgotten.lightspeed_id == "s-2"
    assert await client.mappings() == ()
    with pytest.raises(ControlError, match="no mapping"):
        await client.unmap("supplier", "northwnd")


async def test_an_unclear_target_is_refused_with_a_way_out(client: ControlClient) -> None:
    with pytest.raises(ControlError) as unknown:
        await client.map("supplier", "x", "Nobody")
    assert unknown.value.status == 404
    assert "vend suppliers" in unknown.value.message.next_step
    with pytest.raises(ControlError) as several:
        await client.map("supplier", "x", "Twin")
    assert several.value.status == 422
    assert "s-3, s-4" in several.value.message.next_step
    with pytest.raises(ControlError):
        await client.map("supplier", "   ", "s-1")
    assert await client.mappings() == ()
