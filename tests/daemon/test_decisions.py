"""Questions over the control protocol: listed, counted, answered in the caller's name."""

import json
import os
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from lsync.core.control.client import ControlClient
from lsync.core.control.errors import ControlError
from lsync.core.domain.catalogue import Product, Supplier
from lsync.core.domain.consignment import ConsignmentLineView, ConsignmentView
from lsync.core.domain.family import known_lines
from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder
from lsync.core.store import catalogue, consignments, jobs, orders
from lsync.core.store.database import Transaction
from lsync.core.store.jobs import JobFilter
from lsync.core.store.orders import stored_id
from lsync.core.sync.journal import Journal
from lsync.core.sync.proposing import weigh
from lsync.daemon.application import Application
from lsync.daemon.control_app import create_control_app
from lsync.daemon.users import login_name
from tests.daemon.application import opened

USER = login_name(os.getuid())
D = Decimal


@pytest.fixture
async def application(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    async with opened(database_url, tmp_path, lightspeed__domain_prefix="example") as application:
        await application.database.run(lambda tx: changed_at_lightspeed(application, tx))
        yield application


@pytest.fixture
async def client(application: Application) -> AsyncIterator[ControlClient]:
    app = create_control_app(application)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with ControlClient(transport, address="this process") as opened:
        yield opened


async def changed_at_lightspeed(application: Application, tx: Transaction) -> None:
    """An order of two lines, of which the shop changed a cost and a quantity."""
    now = await tx.now()
    products = [Product(id=f"p-{no}", name=f"Tea {no}", sku=f"T{no}") for no in (1, 2)]
    await catalogue.put_many(tx, [*products, Supplier(id="s-1", name="Acme")], now=now)
    order = PurchaseOrder(
        order_number="PO-1",
        supplier="Acme",
        outlet="Main",
        state=OrderState.SUBMITTED,
        lines=tuple(
            OrderLine(line_no=no, sku=f"T{no}", quantity=D(5), unit_cost=D(2)) for no in (1, 2)
        ),
    )
    stored = await orders.insert(tx, order, now=now)
    view = ConsignmentView(
        consignment_id="c-1",
        status="SENT",
        version=7,
        lines=(
            ConsignmentLineView(product_id="p-1", count=D(5), cost=D(3)),
            ConsignmentLineView(product_id="p-2", count=D(4), cost=D(2)),
        ),
    )
    await consignments.put(tx, view, stored_id(stored), role="primary", now=now)
    lines = known_lines(stored, await catalogue.facts_for(tx, [stored]))
    journal = Journal(application.engine, operation="pull", order=stored)
    await weigh(tx, stored, lines=lines, rules=application.rules, journal=journal, now=now)


async def test_questions_are_listed_and_counted(client: ControlClient) -> None:
    found = await client.decisions(state="open")
    assert [(it.kind, it.order_number, it.ours, it.theirs) for it in found] == [
        ("quantity", "PO-1", D(5), D(4)),
        ("cost", "PO-1", D(2), D(3)),
    ]
    assert await client.decisions(kind="cost", order="PO-1", before=found[1].id) == ()
    assert await client.decisions(order="PO-9") == ()
    assert (await client.status()).decisions == 2


async def test_accepting_changes_the_order_and_queues_the_price(
    client: ControlClient, application: Application
) -> None:
    (cost,) = await client.decisions(kind="cost")
    (answered,) = await client.answer([cost.id], "accept", note="invoice seen")
    assert answered.done
    assert answered.decision is not None
    assert (answered.decision.state, answered.decision.decided_by) == ("accepted", USER)
    order = await client.order("PO-1")
    assert order.lines[0].unit_cost == D(3)
    assert order.log[0].step == "cost_accepted"
    async with application.database.read() as tx:
        (job,) = await jobs.listing(tx, JobFilter(type="price.update"))
    assert job.payload == {"order_number": "PO-1", "product_id": "p-1", "supplier_id": "s-1"}
    assert (await client.status()).decisions == 1


async def test_an_answer_that_is_refused_stops_no_other(client: ControlClient) -> None:
    quantity, cost = await client.decisions()
    await client.answer([cost.id], "reject")
    answered = await client.answer([999, cost.id, quantity.id], "reject")
    assert [(it.done, bool(it.message)) for it in answered] == [
        (False, True),
        (False, True),
        (True, False),
    ]
    assert f"rejected by {USER}" in answered[1].message
    order = await client.order("PO-1")
    assert [line.quantity for line in order.lines] == [5, 5]


@pytest.mark.parametrize("body", [{"ids": [], "answer": "accept"}, {"ids": [1], "answer": "x"}])
async def test_a_bad_answer_changes_nothing(client: ControlClient, body: dict[str, object]) -> None:
    content = json.dumps(body).encode()
    status, _ = await client._link.send(
        "POST", "/v1/decisions", query={}, content=content, read_seconds=30
    )
    assert status == 422
    with pytest.raises(ControlError):
        await client.decisions(state="nonsense")
    assert len(await client.decisions(state="open")) == 2
