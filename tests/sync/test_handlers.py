"""Jobs of every type through the queue's own statements, as a worker runs them."""

import asyncio
import json
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from lsync.core.domain.order import OrderState, SyncState
from lsync.core.domain.outcome import Cancelled, Dead, Done, Outcome, Retry, Snooze
from lsync.core.domain.records import LogStatus, WebhookStatus
from lsync.core.queue import JobContext, NewJob
from lsync.core.queue.concluding import Ended, conclude
from lsync.core.store import api_log, jobs, orders, sync_log, webhooks
from lsync.core.store.deliveries import Delivery, keep_step
from lsync.core.sync import access
from lsync.core.sync.handlers import handlers
from lsync.core.sync.hints import webhook_job
from lsync.core.sync.push_queueing import Wish, queue_push
from tests.daemon.processes import until
from tests.sync.retailer import Retailer, assert_exactly_once, done


async def queue_order(
    retailer: Retailer, number: str = "PO-1", *, max_attempts: int = 4, look: bool = False
) -> None:
    async with retailer.database.write() as tx:
        order = await orders.find(tx, number)
        assert order is not None
        await queue_push(tx, order, max_attempts=max_attempts, wish=Wish.LOOK if look else None)


async def sync_state(retailer: Retailer, number: str = "PO-1") -> SyncState:
    return (await retailer.order(number)).sync_state


async def steps(retailer: Retailer) -> list[tuple[str, str]]:
    async with retailer.database.read() as tx:
        return [(it.operation, it.step) for it in await sync_log.search(tx)][::-1]


def kinds(ran: list[tuple[str, Outcome]]) -> list[type[Outcome]]:
    return [type(outcome) for _, outcome in ran]


async def test_a_look_on_request_does_not_wait_for_the_resting_push(retailer: Retailer) -> None:
    await retailer.approve()
    await queue_order(retailer)
    await retailer.fault("late_execution", count=1, method="POST", seconds=30)
    assert kinds(await retailer.run_jobs()) == [Snooze]
    await queue_order(retailer, look=True)
    ((_, nothing),) = await retailer.run_jobs()
    assert done(nothing).result["found"] is False
    retailer.clock.move(timedelta(seconds=31))
    await queue_order(retailer, look=True)
    assert kinds(await retailer.run_jobs()) == [Done]
    await assert_exactly_once(retailer, "PO-1")
    retailer.clock.move(timedelta(minutes=10))
    assert kinds(await retailer.run_jobs()) == [Done]
    await assert_exactly_once(retailer, "PO-1")


async def test_a_queued_order_is_pushed(retailer: Retailer) -> None:
    await retailer.approve()
    await queue_order(retailer)
    assert kinds(await retailer.run_jobs()) == [Done]
    await assert_exactly_once(retailer, "PO-1")
    assert await sync_state(retailer) is SyncState.SYNCED


async def all_faults_struck(retailer: Retailer) -> bool:
    return not (await retailer.control.get("/faults")).json()


async def test_a_push_broken_off_in_a_call_says_so_on_its_order_and_is_taken_up_again(
    retailer: Retailer,
) -> None:
    await retailer.approve()
    await queue_order(retailer)
    await retailer.fault("latency", count=1, method="POST", path="consignments$", seconds=3600)
    works = handlers(retailer.engine)
    claim = jobs.Claim(worker_id="w", types=works.keys(), limit=1, lease=timedelta(seconds=30))
    async with retailer.database.write() as tx:
        (job,) = await jobs.claim(tx, claim, now=retailer.clock())
    context = JobContext(job=job)
    run = asyncio.ensure_future(works[job.type](context))
    await until(partial(all_faults_struck, retailer))
    context.cancelled.set()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert await sync_state(retailer) is SyncState.NOT_SYNCED
    assert (await steps(retailer))[-1] == ("push", "cancelled")
    ended = conclude(Ended(job=job, outcome=Cancelled()), delays=[], now=retailer.clock())
    async with retailer.database.write() as tx:
        await jobs.acknowledge(tx, [ended], now=retailer.clock())
    await queue_order(retailer)
    assert kinds(await retailer.run_jobs()) == [Done]
    await assert_exactly_once(retailer, "PO-1")


async def test_an_unreachable_lightspeed_is_tried_again_until_the_attempts_are_spent(
    retailer: Retailer,
) -> None:
    await retailer.approve()
    await queue_order(retailer, max_attempts=2)
    await retailer.fault("5xx", method="GET")
    await retailer.fault("lost_reply", method="POST", path="consignments$")
    (outcome,) = (await retailer.run_jobs())[0][1:]
    assert isinstance(outcome, Retry)
    assert await sync_state(retailer) is SyncState.QUEUED
    retailer.clock.move(timedelta(minutes=5))
    assert kinds(await retailer.run_jobs()) == [Retry]
    order = await retailer.order()
    assert order.sync_state is SyncState.FAILED
    assert (await steps(retailer))[-1] == ("push", "failed")
    async with retailer.database.read() as tx:
        assert order.id is not None
        error = (await orders.find_sync(tx, order.id)).last_error
    assert error is not None
    assert "list the consignments" in error


async def test_a_refused_token_pauses_the_queue_once_and_loses_nothing(
    retailer: Retailer,
) -> None:
    numbers = [f"PO-{place}" for place in range(3)]
    for number in numbers:
        await retailer.approve(number)
        await queue_order(retailer, number)
    await retailer.queue(NewJob(type="sync.poll"))
    await retailer.fault("token_expiry")
    (first,) = await retailer.run_jobs()
    assert isinstance(first[1], Snooze)
    async with retailer.database.read() as tx:
        paused = await jobs.pauses(tx)
        waiting = await jobs.listing(tx)
    assert {it.type for it in paused} == set(access.NEED_THE_TOKEN)
    assert "token" in paused[0].reason
    assert {it.attempts for it in waiting} == {0}
    for _ in range(3):
        before = retailer.calls
        retailer.clock.move(timedelta(seconds=60))
        ((kind, _),) = await retailer.run_jobs()
        assert kind == "lightspeed.probe"
        assert retailer.calls - before == 1
    await retailer.clear_faults()
    retailer.clock.move(timedelta(seconds=60))
    assert (await retailer.run_jobs())[0][0] == "lightspeed.probe"
    await assert_exactly_once(retailer, *numbers)
    async with retailer.database.read() as tx:
        assert await jobs.pauses(tx) == []


async def test_what_went_wrong_is_in_the_log_of_the_process(retailer: Retailer) -> None:
    await retailer.approve()
    await queue_order(retailer)
    await retailer.fault("token_expiry")
    with capture_logs() as told:
        await retailer.run_jobs()
    (error,) = (it for it in told if it["log_level"] == "error")
    assert (error["operation"], error["step"]) == ("access", "paused")
    assert "401" in error["reason"]


async def test_a_pause_by_a_person_outlives_the_token(retailer: Retailer) -> None:
    async with retailer.database.write() as tx:
        await jobs.pause(tx, now=retailer.clock(), by="ops", reason="stocktake", type="sync.push")
    await retailer.queue(NewJob(type="sync.poll"))
    await retailer.fault("token_expiry")
    await retailer.run_jobs()
    await retailer.clear_faults()
    retailer.clock.move(timedelta(seconds=60))
    await retailer.run_jobs()
    async with retailer.database.read() as tx:
        assert [(it.type, it.paused_by) for it in await jobs.pauses(tx)] == [("sync.push", "ops")]


async def test_an_order_with_problems_is_dead_at_once(retailer: Retailer) -> None:
    await retailer.approve(outlet="Nowhere")
    await queue_order(retailer)
    ((_, outcome),) = await retailer.run_jobs()
    assert isinstance(outcome, Dead)
    assert "Nowhere" in outcome.error
    assert await sync_state(retailer) is SyncState.FAILED


async def test_an_order_on_hold_is_left_alone(retailer: Retailer) -> None:
    order = await retailer.approve()
    await queue_order(retailer)
    assert order.id is not None
    async with retailer.database.write() as tx:
        await orders.hold(tx, order.id, held=True, now=retailer.clock())
    assert kinds(await retailer.run_jobs()) == [Cancelled]
    assert await sync_state(retailer) is SyncState.NOT_SYNCED
    assert await retailer.ledger() == {}


@pytest.mark.parametrize("payload", [{}, {"order_number": 7}, {"order_number": ""}])
@pytest.mark.parametrize("kind", ["sync.push", "sync.pull"])
async def test_a_payload_that_says_nothing_is_dead(
    retailer: Retailer, kind: str, payload: dict[str, object]
) -> None:
    await retailer.queue(NewJob(type=kind, payload=payload))
    assert kinds(await retailer.run_jobs()) == [Dead]


async def deliver(retailer: Retailer, event_type: str, payload: object) -> int:
    delivery = Delivery(
        event_type=event_type,
        digest=f"{event_type}{payload}"[:64],
        body=urlencode({"payload": json.dumps(payload)}),
        source="127.0.0.1",
        verdict="verified",
    )
    keep = partial(keep_step, deliveries=[delivery], job=webhook_job(max_attempts=4))
    await retailer.database.call(keep)
    async with retailer.database.read() as tx:
        (newest,) = await webhooks.listing(tx, limit=1)
    return newest.id or 0


async def test_a_webhook_about_a_line_pulls_its_consignment(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.push()
    (consignment,) = retailer.world.consignments
    await retailer.receive(consignment.id)
    line = {"id": "x", "consignment_id": consignment.id, "count": "2.0", "received": "2.0"}
    for event in ("consignment.receive", "consignment_product.updated"):
        await deliver(retailer, event, line)
    await retailer.run_jobs()
    retailer.clock.move(timedelta(seconds=2))
    assert [kind for kind, _ in await retailer.run_jobs()] == ["sync.pull"]
    assert (await retailer.order()).state is OrderState.RECEIVED
    async with retailer.database.read() as tx:
        kept = await webhooks.listing(tx)
    assert {it.status for it in kept} == {WebhookStatus.PROCESSED}
    assert {it.entity_id for it in kept} == {consignment.id}


async def test_a_webhook_about_a_strange_consignment_changes_nothing(retailer: Retailer) -> None:
    await deliver(retailer, "consignment.receive", {"consignment_id": "stranger"})
    await retailer.run_jobs()
    retailer.clock.move(timedelta(seconds=2))
    ((_, outcome),) = await retailer.run_jobs()
    assert done(outcome).result["message"] == "no order of ours"


async def test_other_webhooks_are_ignored_or_refresh_the_catalogue(retailer: Retailer) -> None:
    ignored = await deliver(retailer, "sale.update", {"id": "sale"})
    await deliver(retailer, "product.update", {"id": "product"})
    await retailer.run_jobs()
    retailer.clock.move(timedelta(seconds=2))
    assert [kind for kind, _ in await retailer.run_jobs()] == ["catalogue.refresh"]
    async with retailer.database.read() as tx:
        record = await webhooks.find(tx, ignored)
    assert record is not None
    assert record.status is WebhookStatus.IGNORED


async def test_each_call_is_in_the_api_log_with_its_job_and_order(retailer: Retailer) -> None:
    await retailer.approve()
    await queue_order(retailer)
    await retailer.run_jobs()
    async with retailer.database.read() as tx:
        calls = (await api_log.search(tx, matching=api_log.ApiLogFilter(order="PO-1")))[::-1]
        whole = await api_log.find(tx, calls[0].id or 0)
        (job,) = await jobs.listing(tx)
        entries = await sync_log.search(tx)
    assert [(it.method, it.status) for it in calls] == [
        ("POST", 201),
        ("POST", 200),
        ("GET", 200),
        ("PUT", 200),
    ]
    assert {it.job_id for it in calls} == {job.id}
    assert whole is not None
    assert whole.request_headers is not None
    assert whole.request_headers["authorization"] == "[removed]"
    assert {it.status for it in entries} <= {LogStatus.OK, LogStatus.INFO}
