"""Syncing through the control application: plan, diff, repair, proof, history, pending, send."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from lsync.core.control.client import ControlClient
from lsync.core.control.errors import ControlError
from lsync.core.control.messages import LineChange, OrderEdit
from lsync.core.domain.job import JobState
from lsync.core.domain.order import OrderState
from lsync.core.domain.outcome import Done, Outcome, Snooze
from lsync.core.queue import JobContext
from lsync.core.store import jobs, orders
from lsync.core.sync.handlers import handlers
from lsync.core.sync.pull import pull_consignment
from lsync.core.sync.push import push_order
from lsync.core.sync.push_queueing import queue_unqueued
from lsync.daemon.application import Application
from lsync.daemon.control_app import create_control_app
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.running import RunningSimulator
from tests.daemon.application import opened

PARTY = "Northwind Wholesale,Main Street"
FILE = (
    "order_number,supplier,outlet,sku,quantity,unit_cost\n"
    f"PO-1,{PARTY},SKU-0001,2,3.5\nPO-1,{PARTY},SKU-0002,3,1.25\n"
    f"PO-2,{PARTY},SKU-0003,4,1\nPO-3,{PARTY},SKU-0004,5,1\n"
).encode()


@pytest.fixture
async def shop() -> AsyncIterator[RunningSimulator]:
    async with RunningSimulator(SimulatorConfig(token="canary-token", registers=20)) as simulator:
        yield simulator


@pytest.fixture
async def application(
    shop: RunningSimulator, tmp_path: Path, sqlite_template: Path
) -> AsyncIterator[Application]:
    path = tmp_path / "lsync.db"
    shutil.copy(sqlite_template, path)
    flags = {"lightspeed__base_url": shop.base_url, "sync__batch_size": 2}
    async with opened(f"sqlite:///{path}", tmp_path, **flags) as application:
        yield application


@pytest.fixture
async def client(application: Application) -> AsyncIterator[ControlClient]:
    transport = httpx.ASGITransport(create_control_app(application), raise_app_exceptions=False)
    async with ControlClient(transport, address="this process") as opened:
        await opened.import_orders("orders.csv", FILE)
        yield opened


@pytest.fixture
async def sent(application: Application, client: ControlClient) -> ControlClient:
    """PO-1 is approved and sent; its push waits no more."""
    (approved,) = await client.approve(["PO-1"])
    assert approved.job_id
    await run(application, approved.job_id)
    return client


async def run(application: Application, job_id: int) -> Outcome:
    """Run one job as a worker does, without waiting for its turn."""
    async with application.database.write() as tx:
        job = await jobs.find(tx, job_id)
    assert job is not None
    outcome = await handlers(application.engine)[job.type](JobContext(job=job))
    async with application.database.write() as tx:
        await jobs.cancel(tx, job_id, now=await tx.now())
    return outcome


async def edit_at_the_till(shop: RunningSimulator, sku: str, **values: object) -> None:
    (consignment,) = shop.world.consignments
    url = f"{shop.control_url}/consignments/{consignment.id}/edit"
    async with httpx.AsyncClient() as http:
        answer = await http.post(url, json={"lines": {sku: values}})
    assert answer.is_success, answer.text


async def test_an_order_in_step_has_no_difference_and_is_proven(sent: ControlClient) -> None:
    diff = await sent.diff("PO-1")
    assert diff.equal
    assert [(line.label, line.ordered, line.there) for line in diff.lines] == [
        ("SKU-0001", Decimal(2), Decimal(2)),
        ("SKU-0002", Decimal(3), Decimal(3)),
    ]
    assert [(it.role, it.status) for it in diff.consignments] == [("primary", "SENT")]
    plan = await sent.plan_repair("PO-1")
    assert (plan.steps, plan.calls, plan.by_hand) == ((), 0, ())
    proof = await sent.prove("PO-1")
    assert proof.proven
    assert [link.step for link in proof.links][-2:] == ["finish", "list"]
    assert all(link.requests for link in proof.links if link.step in {"create", "send"})


async def test_a_difference_is_shown_planned_and_repaired(
    sent: ControlClient, application: Application, shop: RunningSimulator
) -> None:
    await edit_at_the_till(shop, "SKU-0001", count=4)
    await edit_at_the_till(shop, "SKU-0002", cost=9)
    diff = await sent.diff("PO-1")
    assert not diff.equal
    assert [line.drifts for line in diff.lines] == [("doubled",), ("cost",)]
    plan = await sent.plan_repair("PO-1")
    assert [step.step for step in plan.steps] == ["lines", "verify"]
    queued = await sent.repair("PO-1", plan_hash=plan.plan_hash)
    with pytest.raises(ControlError) as refused:
        await sent.repair("PO-1", plan_hash=plan.plan_hash)
    assert refused.value.status == 409
    await run(application, queued.job_id)
    assert (await sent.diff("PO-1")).equal


async def test_an_edit_of_a_sent_order_is_set_at_lightspeed(
    sent: ControlClient, application: Application
) -> None:
    change = OrderEdit(lines=(LineChange(name="SKU-0001", quantity="9"),))
    await sent.edit_order("PO-1", change)
    (queued,) = await queue_unqueued(application.database, max_attempts=4)
    await run(application, queued.job_id)
    changed = FILE.replace(b"SKU-0002,3,1.25", b"SKU-0002,3,1.5")
    (kept, *_) = (await sent.import_orders("orders.csv", changed)).orders
    assert kept.result == "kept"
    changed = changed.replace(b"SKU-0001,2", b"SKU-0001,9")
    (taken, *_) = (await sent.import_orders("orders.csv", changed, sent=True)).orders
    assert taken.changes == ("line 2 SKU-0002: unit_cost 1.25 → 1.5",)
    (queued,) = await queue_unqueued(application.database, max_attempts=4)
    await run(application, queued.job_id)
    diff = await sent.diff("PO-1")
    assert diff.equal
    assert [(line.there, line.cost_there) for line in diff.lines] == [
        (Decimal(9), Decimal("3.5")),
        (Decimal(3), Decimal("1.5")),
    ]


async def test_a_repair_whose_plan_is_outdated_does_nothing(
    sent: ControlClient, application: Application, shop: RunningSimulator
) -> None:
    await edit_at_the_till(shop, "SKU-0001", count=4)
    plan = await sent.plan_repair("PO-1")
    await edit_at_the_till(shop, "SKU-0001", count=6)
    writes = len(list(shop.world.ledger))
    queued = await sent.repair("PO-1", plan_hash=plan.plan_hash)
    outcome = await run(application, queued.job_id)
    assert "changed since the plan" in getattr(outcome, "error", "")
    assert len(list(shop.world.ledger)) == writes


async def test_a_repair_that_was_interrupted_goes_on_whatever_it_changed(
    sent: ControlClient, application: Application, shop: RunningSimulator
) -> None:
    await edit_at_the_till(shop, "SKU-0001", count=4)
    await edit_at_the_till(shop, "SKU-0002", count=None)
    plan = await sent.plan_repair("PO-1")
    queued = await sent.repair("PO-1", plan_hash=plan.plan_hash)
    async with application.database.write() as tx:
        job = await jobs.find(tx, queued.job_id)
    assert job is not None
    work = handlers(application.engine)["sync.repair"]
    stopping = JobContext(job=job)
    stopping.stopping.set()
    assert isinstance(await work(stopping), Snooze)
    await edit_at_the_till(shop, "SKU-0001", count=5)
    await work(JobContext(job=job))
    assert (await sent.diff("PO-1")).equal


async def test_what_nobody_knows_is_not_found(client: ControlClient) -> None:
    for ask in (client.diff, client.prove, client.plan_repair, client.history):
        with pytest.raises(ControlError) as unknown:
            await ask("NO-SUCH")
        assert unknown.value.status == 404


async def test_a_plan_tells_when_the_budget_lets_it_finish(
    sent: ControlClient, application: Application
) -> None:
    await sent.approve(["PO-2", "PO-3"])
    plan = await sent.plan("PO-2")
    assert (plan.calls, plan.ahead_calls) == (4, 4)
    assert plan.finishes_at is not None
    assert plan.finishes_at < datetime.now(UTC) + timedelta(minutes=1)
    later = await application.budget.forecast(6050 * 3)
    assert later > datetime.now(UTC) + timedelta(minutes=9)
    (draft,) = (await sent.plan("PO-2"),)
    assert draft.state_hash == plan.state_hash


async def test_an_agreed_plan_is_carried_out_or_refused(
    client: ControlClient, application: Application, shop: RunningSimulator
) -> None:
    await set_state(application, "PO-1")
    plan = await client.plan("PO-1")
    queued = await client.sync("PO-1", plan=plan.state_hash)
    with pytest.raises(ControlError) as refused:
        await client.sync("PO-1", plan="0123456789abcdef")
    assert refused.value.status == 409
    async with application.database.write() as tx:
        table = tx.tables.purchase_orders
        await tx.execute(update(table).where(table.c.order_number == "PO-1").values(revision=2))
    outcome = await run(application, queued.job_id)
    assert "changed since the plan" in getattr(outcome, "reason", "")
    assert list(shop.world.ledger) == []
    fresh = await client.plan("PO-1")
    again = await client.sync("PO-1", plan=fresh.state_hash)
    await run(application, again.job_id)
    assert (await client.order("PO-1")).state is OrderState.SUBMITTED


async def set_state(application: Application, number: str) -> None:
    """Approve an order without queueing it, as with auto_on_approval off."""
    async with application.database.write() as tx:
        order = await orders.find(tx, number)
        assert order is not None
        await orders.set_state(tx, order, state=OrderState.APPROVED, now=await tx.now())


async def test_pending_goes_batch_by_batch_and_leaves_failed_orders_alone(
    client: ControlClient, application: Application
) -> None:
    for number in ("PO-1", "PO-2", "PO-3"):
        await set_state(application, number)
    first = await client.sync_pending()
    assert [each.order_number for each in first] == ["PO-1", "PO-2"]
    second = await client.sync_pending(after="PO-2")
    assert [each.order_number for each in second] == ["PO-3"]
    assert await client.sync_pending(after="PO-3") == ()
    for each in (*first, *second):
        async with application.database.write() as tx:
            await jobs.cancel(tx, each.job_id, now=await tx.now())
    async with application.database.write() as tx:
        table = tx.tables.purchase_orders
        await tx.execute(update(table).values(sync_state="failed"))
    assert await client.sync_pending() == ()
    async with application.database.write() as tx:
        await tx.execute(update(table).where(table.c.order_number == "PO-3").values(revision=2))
    assert [each.order_number for each in await client.sync_pending()] == ["PO-3"]
    again = await client.sync_pending(failed=True)
    assert [each.order_number for each in again] == ["PO-1", "PO-2"]


async def test_what_auto_send_holds_back_is_sent_on_request(
    client: ControlClient, application: Application, shop: RunningSimulator
) -> None:
    await set_state(application, "PO-1")
    rules = application.rules.__class__(auto_send=False)
    object.__setattr__(application.engine, "rules", rules)
    await push_order(application.engine, "PO-1")
    (consignment,) = shop.world.consignments
    assert consignment.status == "OPEN"
    shown = await client.order("PO-1")
    assert shown.push_step == "verified"
    assert "`lsync sync send PO-1`" in shown.waits[0]
    queued = await client.sync("PO-1", send=True)
    await run(application, queued.job_id)
    assert [it.status for it in shop.world.consignments] == ["SENT"]
    assert (await client.order("PO-1")).waits == ()
    with pytest.raises(ControlError) as refused:
        await client.sync("PO-1", send=True, look=True)
    assert refused.value.status == 422


async def test_what_the_shop_changed_meanwhile_is_not_sent_and_its_result_says_so(
    client: ControlClient, application: Application, shop: RunningSimulator
) -> None:
    await set_state(application, "PO-1")
    rules = application.rules.__class__(auto_send=False)
    object.__setattr__(application.engine, "rules", rules)
    await push_order(application.engine, "PO-1")
    await edit_at_the_till(shop, "SKU-0001", count=7)
    queued = await client.sync("PO-1", send=True)
    outcome = await run(application, queued.job_id)
    assert isinstance(outcome, Done)
    assert outcome.result is not None
    assert (outcome.result["state"], outcome.result["sync_state"]) == ("approved", "drifted")
    assert [it.status for it in shop.world.consignments] == ["OPEN"]
    assert any(it.severity == "drift" for it in (await client.order("PO-1")).problems)


async def test_a_cancelled_order_is_withdrawn_on_request_and_an_unknown_one_is_not(
    sent: ControlClient, application: Application, shop: RunningSimulator
) -> None:
    async with application.database.write() as tx:
        table = tx.tables.purchase_orders
        await tx.execute(update(table).values(state="cancelled"))
    queued = await sent.sync("PO-1")
    await run(application, queued.job_id)
    assert [it.status for it in shop.world.consignments] == ["CANCELLED"]
    with pytest.raises(ControlError) as refused:
        await sent.sync("PO-2")
    assert refused.value.status == 409


async def test_history_tells_everything_and_shows_the_order_as_it_stood(
    sent: ControlClient, application: Application
) -> None:
    whole = await sent.history("PO-1")
    told = [entry.what for entry in whole.entries]
    for what in ("import created", "approve approved", "push create", "push send", "state"):
        assert what in told
    assert [entry.at for entry in whole.entries] == sorted(entry.at for entry in whole.entries)
    states = [entry for entry in whole.entries if entry.what == "state"]
    assert [entry.message for entry in states] == [
        "draft",
        "draft → approved",
        "approved → submitted",
    ]
    then = await sent.history("PO-1", at=states[1].at)
    assert then.order is not None
    assert (then.order.state, then.order.consignment_id) == (OrderState.APPROVED, None)
    assert [line.quantity for line in then.order.lines] == [2, 3]
    assert len(then.entries) < len(whole.entries)
    before = await sent.history("PO-1", at=datetime(2020, 1, 1, tzinfo=UTC))
    assert (before.order, before.entries) == (None, ())


async def test_a_plan_agreed_to_waits_as_a_job_that_is_listed(
    client: ControlClient, application: Application
) -> None:
    await set_state(application, "PO-1")
    plan = await client.plan("PO-1")
    queued = await client.sync("PO-1", plan=plan.state_hash)
    job = await client.job(queued.job_id)
    assert (job.state, job.payload["plan"]) == (JobState.PENDING, plan.state_hash)


async def test_the_orders_own_consignment_comes_first(
    sent: ControlClient, application: Application, shop: RunningSimulator
) -> None:
    (own,) = shop.world.consignments
    earlier = replace(own, id="0-twin", created_at="2020-01-01T00:00:00+00:00")
    shop.world.consignments.put(earlier)
    await pull_consignment(application.engine, "0-twin")
    shown = await sent.order("PO-1")
    assert shown.consignment_ids == (own.id, "0-twin")
    assert [it.consignment_id for it in shown.consignments] == [own.id, "0-twin"]
    assert (await sent.orders())[-1].consignment_ids == (own.id, "0-twin")
