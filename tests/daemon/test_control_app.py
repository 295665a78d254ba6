"""The control application in process, over real databases: reading, refusing, bulk actions."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from lsync.core.control import import_calls
from lsync.core.control.client import ControlClient
from lsync.core.control.errors import ControlError
from lsync.core.control.messages import BulkRequest
from lsync.core.domain.adjustment import Adjustment, AdjustmentState
from lsync.core.domain.job import JobState, Priority
from lsync.core.domain.order import OrderState, SyncState
from lsync.core.settings import load_settings
from lsync.core.store import adjustments, jobs, orders
from lsync.core.store.database import Transaction
from lsync.core.store.jobs import NewJob
from lsync.core.sync.importing import CHUNK
from lsync.daemon.application import Application
from lsync.daemon.control_app import create_control_app
from tests.daemon.application import opened
from tests.store.samples import order

HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost\n"
FILE = (
    HEADER + "PO-1,Acme,Main,SKU-1,2,3.50\nPO-1,Acme,Main,SKU-2,1,1\nPO/2 ü,Acme,Main,SKU-1,5,3\n"
).encode()


@pytest.fixture
async def application(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    async with opened(database_url, tmp_path) as application:
        yield application


def client_of(application: Application, *, read_only: bool = False) -> ControlClient:
    app = create_control_app(application, read_only=read_only)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return ControlClient(transport, address="this process")


@pytest.fixture
async def client(application: Application) -> AsyncIterator[ControlClient]:
    async with client_of(application) as opened:
        yield opened


async def add_job(application: Application, *, state: JobState = JobState.PENDING) -> int:
    async def work(tx: Transaction) -> int:
        now = await tx.now()
        job = NewJob(type="test.job", payload={"n": 1}, priority=Priority.LOW)
        job_id = (await jobs.enqueue(tx, job, now=now)).job_id
        if state is JobState.CANCELLED:
            await jobs.cancel(tx, job_id, now=now)
        return job_id

    return await application.database.run(work)


async def test_hello_says_who_answers(client: ControlClient) -> None:
    hello = await client.hello()
    assert (hello.protocol, hello.mode, hello.boot) == (1, "in_process", "boot")


async def test_an_imported_order_is_listed_shown_approved_and_queued(
    client: ControlClient,
) -> None:
    report = await client.import_orders("orders.csv", FILE)
    assert [(each.order_number, each.result) for each in report.orders] == [
        ("PO-1", "created"),
        ("PO/2 ü", "created"),
    ]
    assert {each.order_number for each in await client.orders()} == {"PO-1", "PO/2 ü"}
    (approved,) = await client.approve(["PO-1"])
    assert approved.approved
    assert approved.job_id is not None
    order = await client.order("PO-1")
    assert (order.state, order.sync_state) == ("approved", "queued")
    assert [line.sku for line in order.lines] == ["SKU-1", "SKU-2"]
    assert [entry.step for entry in order.log] == ["approved", "queued", "created"]
    job = await client.job(approved.job_id)
    assert job.payload["order_number"] == "PO-1"


async def test_an_order_number_with_a_slash_and_an_accent_is_found(client: ControlClient) -> None:
    await client.import_orders("orders.csv", FILE)
    assert (await client.order("PO/2 ü")).lines[0].quantity == 5
    accepted = await client.approve(["PO/2 ü"])
    again = await client.sync("PO/2 ü")
    assert again.already_queued
    assert again.job_id == accepted[0].job_id


async def test_a_dry_run_writes_nothing(client: ControlClient) -> None:
    report = await client.import_orders("orders.csv", FILE, dry_run=True)
    assert len(report.orders) == 2
    assert await client.orders() == ()


async def test_a_long_import_tells_how_far_it_is(
    client: ControlClient, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_calls, "LOOK_SECONDS", 0)
    many = 4 * CHUNK
    rows = "".join(f"PO-{number},Acme,Main,SKU-1,1,1\n" for number in range(many))
    told: list[tuple[int, int]] = []

    def hear(done: int, total: int) -> None:
        told.append((done, total))

    await client.import_orders("orders.csv", (HEADER + rows).encode(), on_progress=hear)
    assert told == sorted(told)
    assert {total for _, total in told} == {many}
    assert {done for done, _ in told} & {CHUNK, 2 * CHUNK, 3 * CHUNK}
    await application.imports.ended()


async def test_a_draft_is_not_synced_and_the_way_out_is_named(client: ControlClient) -> None:
    await client.import_orders("orders.csv", FILE)
    with pytest.raises(ControlError) as refused:
        await client.sync("PO-1")
    assert refused.value.status == 409
    assert "lsync po approve PO-1" in refused.value.message.next_step


async def test_a_number_in_a_next_step_can_be_pasted_into_a_shell(client: ControlClient) -> None:
    await client.import_orders("orders.csv", HEADER.encode() + b"PO-1; reboot,Acme,Main,SKU-1,1,1")
    with pytest.raises(ControlError) as refused:
        await client.sync("PO-1; reboot")
    assert "`lsync po approve 'PO-1; reboot'`" in refused.value.message.next_step


async def test_cancelling_a_queued_push_leaves_the_order_unsynced(client: ControlClient) -> None:
    await client.import_orders("orders.csv", FILE)
    (approved,) = await client.approve(["PO-1"])
    assert approved.job_id is not None
    cancelled = await client.cancel_job(approved.job_id)
    assert cancelled.state == "cancelled"
    assert (await client.order("PO-1")).sync_state == "not_synced"


@pytest.mark.parametrize("number", ["PO-9", "../x", "a b"])
async def test_an_unknown_order_is_404(client: ControlClient, number: str) -> None:
    with pytest.raises(ControlError) as refused:
        await client.order(number)
    assert refused.value.status == 404
    assert refused.value.message.next_step


async def test_an_unknown_job_log_entry_and_call_are_404(client: ControlClient) -> None:
    for ask in (client.job, client.log_entry, client.api_call, client.retry_job):
        with pytest.raises(ControlError) as refused:
            await ask(12345)
        assert refused.value.status == 404


async def test_bad_parameters_are_named(client: ControlClient) -> None:
    for ask in (
        client.orders(state="sideways"),
        client.orders(limit=0),
        client.jobs(priority="urgent"),
        client.log(status="odd"),
    ):
        with pytest.raises(ControlError) as refused:
            await ask
        assert refused.value.status == 422
        assert refused.value.message.exit_code == 2
        assert refused.value.message.why


async def test_raw_requests_get_plain_errors(application: Application) -> None:
    transport = httpx.ASGITransport(create_control_app(application), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://lsync") as raw:
        assert (await raw.get("/v2/hello")).status_code == 404
        assert (await raw.get("/v1/orders?nonsense=1")).json()["error"]
        assert (await raw.get("/v1/purchase-orders?nonsense=1")).status_code == 422
        assert (await raw.delete("/v1/hello")).status_code == 405
        broken = await raw.post("/v1/purchase-orders/approve", content=b"\xff{")
        assert broken.status_code == 422
        large = await raw.post("/v1/purchase-orders/approve", content=b" " * 2_000_000)
        assert large.status_code == 413


async def test_read_only_refuses_every_change_and_nothing_else(application: Application) -> None:
    async with client_of(application, read_only=True) as client:
        assert (await client.hello()).read_only
        assert await client.orders() == ()
        for change in (
            client.import_orders("orders.csv", FILE),
            client.approve(["PO-1"]),
            client.pause(),
            client.retry_job(1),
            client.bulk_jobs(BulkRequest(action="retry", ids=(1,))),
        ):
            with pytest.raises(ControlError) as refused:
                await change
            assert refused.value.status == 403
        assert await client.orders() == ()


async def test_a_pause_is_listed_and_lifted(client: ControlClient) -> None:
    (paused,) = await client.pause("sync.push", reason="stocktake")
    assert (paused.type, paused.reason) == ("sync.push", "stocktake")
    assert (await client.stats()).pauses == (paused,)
    assert await client.resume("sync.push") == ()


async def test_a_job_that_waits_is_answered_when_the_time_is_up(
    application: Application, client: ControlClient
) -> None:
    job_id = await add_job(application)
    assert (await client.job(job_id, wait_seconds=0.01)).state == "pending"


async def test_a_bulk_action_does_what_was_shown(
    application: Application, client: ControlClient
) -> None:
    ids = [await add_job(application) for _ in range(3)]
    request = BulkRequest(action="cancel", state=JobState.PENDING)
    plan = await client.plan_bulk(request)
    assert plan.count == 3
    result = await client.bulk_jobs(request.model_copy(update={"commit": plan.state_hash}))
    assert result.changed == 3
    assert {(await client.job(each)).state for each in ids} == {JobState.CANCELLED}


async def test_a_bulk_action_is_refused_if_the_jobs_have_changed(
    application: Application, client: ControlClient
) -> None:
    await add_job(application)
    request = BulkRequest(action="cancel", state=JobState.PENDING)
    plan = await client.plan_bulk(request)
    late = await add_job(application)
    with pytest.raises(ControlError) as refused:
        await client.bulk_jobs(request.model_copy(update={"commit": plan.state_hash}))
    assert refused.value.status == 409
    assert (await client.job(late)).state == "pending"


async def test_a_bulk_action_without_a_choice_is_refused(client: ControlClient) -> None:
    with pytest.raises(ControlError) as refused:
        await client.plan_bulk(BulkRequest(action="cancel"))
    assert refused.value.status == 422


async def test_the_status_shows_orders_queue_and_health(client: ControlClient) -> None:
    await client.import_orders("orders.csv", FILE)
    await client.approve(["PO-1"])
    status = await client.status()
    assert status.orders["approved"] == 1
    assert status.syncs["queued"] == 1
    assert status.queue.counts["pending"]["normal"] == 1
    assert {part.name: part.state for part in status.health} == {
        "database": "ok",
        "workers": "failed",
        "queue": "ok",
        "lightspeed": "unknown",
        "webhooks": "unknown",
    }


async def test_the_status_lists_what_failed_drifted_or_is_overdue(
    client: ControlClient, application: Application
) -> None:
    async with application.database.write() as tx:
        now = await tx.now()
        past, today = now.date() - timedelta(days=2), now.date() + timedelta(days=2)
        for number, state, sync, due in (
            ("FAILED", OrderState.APPROVED, SyncState.FAILED, None),
            ("DRIFTED", OrderState.SUBMITTED, SyncState.DRIFTED, None),
            ("LATE", OrderState.SUBMITTED, SyncState.SYNCED, past),
            ("IN-TIME", OrderState.SUBMITTED, SyncState.SYNCED, today),
            ("THERE", OrderState.RECEIVED, SyncState.SYNCED, past),
            ("HELD-BACK", OrderState.APPROVED, SyncState.SYNCED, None),
        ):
            kept = order(number, state=state, sync_state=sync, due_date=due)
            await orders.insert(tx, kept, now=now)
    status = await client.status()
    assert [each.order_number for each in status.failed_orders] == ["FAILED"]
    assert [each.order_number for each in status.drifted_orders] == ["DRIFTED"]
    assert [each.order_number for each in status.overdue_orders] == ["LATE"]
    assert [each.order_number for each in status.unsent_orders] == ["HELD-BACK"]


async def test_the_status_counts_stock_adjustments_that_were_not_posted(
    client: ControlClient, application: Application
) -> None:
    async with application.database.write() as tx:
        for name, state in (("A", AdjustmentState.FAILED), ("B", AdjustmentState.POSTED)):
            one = Adjustment(
                name=name, outlet="Main", sku="S", quantity=Decimal(-1), reason="LOSS", state=state
            )
            await adjustments.add(tx, one)
    assert (await client.status()).failed_adjustments == 1


async def test_settings_never_show_secrets(client: ControlClient) -> None:
    shown = {each.key: each for each in await client.settings()}
    assert shown["lightspeed.api_token"].secret
    assert "canary" not in str(shown)


async def test_without_a_database_hello_answers_and_the_rest_says_why(tmp_path: Path) -> None:
    settings = load_settings(environment={}, directory=tmp_path, flags={})
    async with client_of(Application(settings=settings, boot="b")) as client:
        assert (await client.hello()).boot == "b"
        with pytest.raises(ControlError) as refused:
            await client.orders()
        assert (refused.value.status, refused.value.message.exit_code) == (503, 69)


async def test_without_a_domain_prefix_lightspeed_is_not_asked(client: ControlClient) -> None:
    with pytest.raises(ControlError) as refused:
        await client.vend_test()
    assert refused.value.message.exit_code == 78
    assert "lightspeed.domain_prefix" in refused.value.message.why


async def test_a_plan_names_steps_calls_and_budget_and_writes_nothing(
    client: ControlClient,
) -> None:
    await client.import_orders("orders.csv", FILE)
    await client.approve(["PO-1"])
    before = await client.log()
    plan = await client.plan("PO-1")
    assert plan.order_number == "PO-1"
    assert plan.budget.limit == 350
    assert plan.state_hash == (await client.plan("PO-1")).state_hash
    assert await client.log() == before


async def test_a_plan_of_an_unknown_order_is_404(client: ControlClient) -> None:
    with pytest.raises(ControlError) as refused:
        await client.plan("PO-9")
    assert refused.value.status == 404


async def test_an_unknown_column_is_a_notice_that_keeps_nothing_out(client: ControlClient) -> None:
    report = await client.import_orders(
        "orders.csv",
        b"order_number,supplier,outlet,sku,quantity,unit_cost,colour\nPO-1,Acme,Main,SKU-1,2,3,red\n",
    )
    assert [order.result for order in report.orders] == ["created"]
    assert [problem.notice for problem in report.problems] == [True]
