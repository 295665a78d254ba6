"""Webhooks are kept once per body and 30 days, found by many questions, and looked into again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

import pytest

from lsync.core.domain.records import WebhookRecord, WebhookStatus
from lsync.core.store import jobs, webhooks
from lsync.core.store.database import Change, Database, Transaction
from lsync.core.store.deliveries import Delivery, keep_step
from lsync.core.store.jobs import JobFilter, NewJob
from lsync.core.store.webhooks import Followed, WebhookFilter
from tests.store.samples import LATER, NOW

TYPE = "consignment.receive"
JOB = NewJob(type="look", unique_key="look")


def delivery(body: str, *, event_type: str = TYPE, source: str = "192.0.2.7") -> Delivery:
    return Delivery(
        event_type=event_type,
        digest=sha256(body.encode()).hexdigest(),
        body=body,
        headers='{"content-type": "application/x-www-form-urlencoded"}',
        source=source,
        verdict="verified",
    )


async def keep(database: Database, *deliveries: Delivery, now: datetime = NOW) -> list[bool]:
    """Keep them at a time of the test's choice."""
    twin = Database(database._where, tables=database.tables, clock=lambda: now)
    twin._listeners = database._listeners
    try:
        return await twin.call(partial(keep_step, deliveries=deliveries, job=JOB))
    finally:
        await twin.aclose()


async def everything(database: Database) -> list[WebhookRecord]:
    async with database.read() as tx:
        return (await webhooks.listing(tx))[::-1]


async def follow(tx: Transaction, *told: Followed) -> None:
    await webhooks.follow(tx, told, now=LATER)


async def test_a_webhook_comes_back_whole(database: Database) -> None:
    heard: list[Change] = []
    database.listen(heard.append)
    assert await keep(database, delivery("payload=ä")) == [False]
    (listed,) = await everything(database)
    assert listed.id is not None
    async with database.read() as tx:
        found = await webhooks.find(tx, listed.id)
        assert await webhooks.find(tx, listed.id + 1) is None
        assert await webhooks.find_by_digest(tx, TYPE, listed.digest) == listed
        assert await webhooks.find_by_digest(tx, "sale.update", listed.digest) is None
    assert found is not None
    assert (found.event_type, found.body, found.source) == (TYPE, "payload=ä", "192.0.2.7")
    assert found.headers == {"content-type": "application/x-www-form-urlencoded"}
    assert (found.status, found.verdict, found.received_at) == (
        WebhookStatus.RECEIVED,
        "verified",
        NOW,
    )
    assert Change(kind="webhook", key=str(listed.id)) in heard


async def test_many_deliveries_wait_for_one_job(database: Database) -> None:
    await keep(database, delivery("a"), delivery("b"))
    await keep(database, delivery("c"), delivery("a"))
    async with database.read() as tx:
        assert [job.type for job in await jobs.listing(tx)] == ["look"]
        assert len(await webhooks.received(tx, limit=9)) == 3


async def test_the_same_body_again_is_counted_not_kept(database: Database) -> None:
    await keep(database, delivery("a"))
    later = NOW + timedelta(days=29)
    assert await keep(database, delivery("a"), delivery("b"), delivery("a"), now=later) == [
        True,
        False,
        True,
    ]
    assert [it.duplicates for it in await everything(database)] == [2, 0]


async def test_after_thirty_days_the_same_body_is_news(database: Database) -> None:
    await keep(database, delivery("a"))
    assert await keep(database, delivery("a"), now=NOW + timedelta(days=30)) == [False]


async def test_the_same_body_of_another_type_is_another_webhook(database: Database) -> None:
    await keep(database, delivery("a"))
    assert await keep(database, delivery("a", event_type="consignment.send")) == [False]


async def test_a_body_that_two_daemons_kept_is_recognised_later(database: Database) -> None:
    table = database.tables.lightspeed_webhooks
    await keep(database, delivery("a"), delivery("b"), delivery("c"))
    first, _second, third = await everything(database)
    async with database.write() as tx:
        await tx.execute(table.update().where(table.c.id == third.id).values(digest=first.digest))
        waiting = await webhooks.received(tx, limit=9)
        assert await webhooks.originals(tx, waiting) == {third.id: first.id}


async def test_what_became_of_it_is_recorded_once(database: Database) -> None:
    await keep(database, delivery("a"))
    (kept,) = await everything(database)
    told = Followed(
        id=kept.id or 0, status=WebhookStatus.PROCESSED, entity_id="c-1", job_id=12, error="no"
    )
    async with database.write() as tx:
        await follow(tx, told)
        await follow(tx, Followed(id=kept.id or 0, status=WebhookStatus.IGNORED))
        assert await webhooks.received(tx, limit=9) == []
    (found,) = await everything(database)
    assert (found.job_id, found.status, found.processed_at, found.error, found.entity_id) == (
        12,
        WebhookStatus.PROCESSED,
        LATER,
        "no",
        "c-1",
    )


async def failed_look(database: Database) -> int:
    """A job that failed for good."""
    async with database.write() as tx:
        parent = (await jobs.enqueue(tx, NewJob(type="a"), now=NOW)).job_id
        await jobs.cancel(tx, parent, now=NOW)
        return (await jobs.enqueue(tx, NewJob(type="b", after=(parent,)), now=NOW)).job_id


async def test_a_webhook_whose_look_failed_has_failed(database: Database) -> None:
    await keep(database, delivery("a"), delivery("b"))
    first, second = await everything(database)
    job_id = await failed_look(database)
    async with database.write() as tx:
        for each, job in ((first, job_id), (second, None)):
            await follow(tx, Followed(id=each.id or 0, status=WebhookStatus.PROCESSED, job_id=job))
        failed = await webhooks.listing(tx, WebhookFilter(statuses=(WebhookStatus.FAILED,)))
        fine = await webhooks.listing(tx, WebhookFilter(statuses=(WebhookStatus.PROCESSED,)))
        assert [it.id for it in failed] == [first.id]
        assert [it.id for it in fine] == [second.id]
        assert failed[0].status is WebhookStatus.FAILED
        assert failed[0].error is not None
        assert "cancelled" in failed[0].error
        assert await webhooks.repeat(tx, WebhookFilter(statuses=(WebhookStatus.FAILED,))) == [
            first.id
        ]
        assert [it.id for it in await webhooks.received(tx, limit=9)] == [first.id]
        assert await webhooks.repeat(tx, WebhookFilter(statuses=(WebhookStatus.FAILED,))) == []


async def test_those_that_still_wait_are_not_repeated(database: Database) -> None:
    await keep(database, delivery("a"), delivery("b"))
    first, _ = await everything(database)
    async with database.write() as tx:
        await follow(tx, Followed(id=first.id or 0, status=WebhookStatus.IGNORED))
        assert await webhooks.repeat(tx, webhooks.EVERY, after=first.id or 0) == []
        assert await webhooks.repeat(tx, webhooks.EVERY) == [first.id]
        assert await webhooks.repeat(tx, webhooks.EVERY) == []
        assert len(await jobs.listing(tx, JobFilter(type="look"))) == 1


@pytest.mark.parametrize(
    ("which", "places"),
    [
        (WebhookFilter(event_types=("sale.update",)), [1]),
        (WebhookFilter(event_types=("sale.update", TYPE)), [0, 1, 2]),
        (WebhookFilter(entity_id="c-2"), [2]),
        (WebhookFilter(text="LINE-0"), [0]),
        (WebhookFilter(text="203.0.113"), [1]),
        (WebhookFilter(text="%"), []),
        (WebhookFilter(since=NOW + timedelta(seconds=1)), [1, 2]),
        (WebhookFilter(until=NOW + timedelta(seconds=1)), [0]),
        (WebhookFilter(statuses=(WebhookStatus.RECEIVED,)), [0, 1]),
    ],
)
async def test_webhooks_are_found(
    database: Database, which: WebhookFilter, places: Sequence[int]
) -> None:
    await keep(database, delivery("line-0"))
    sale = delivery("line-1", event_type="sale.update", source="203.0.113.9")
    await keep(database, sale, now=NOW + timedelta(seconds=1))
    await keep(database, delivery("line-2"), now=NOW + timedelta(seconds=2))
    kept = await everything(database)
    async with database.write() as tx:
        done = Followed(id=kept[2].id or 0, status=WebhookStatus.IGNORED, entity_id="c-2")
        await follow(tx, done)
        found = await webhooks.listing(tx, which)
    assert [it.id for it in found] == [kept[place].id for place in reversed(places)]


async def test_listing_pages_newest_first(database: Database) -> None:
    async with database.read() as tx:
        assert await webhooks.last_received(tx) is None
    for second in range(5):
        await keep(database, delivery(str(second)), now=NOW + timedelta(seconds=second))
    ids = [it.id for it in await everything(database)]
    async with database.read() as tx:
        first = await webhooks.listing(tx, limit=3)
        second_page = await webhooks.listing(tx, limit=3, before=first[-1].id)
        assert await webhooks.last_received(tx) == NOW + timedelta(seconds=4)
    assert [each.id for each in first + second_page] == ids[::-1]


async def test_old_ones_are_deleted_a_few_at_a_time(database: Database) -> None:
    for second in range(5):
        await keep(database, delivery(str(second)), now=NOW + timedelta(seconds=second))
    async with database.write() as tx:
        older = NOW + timedelta(seconds=3)
        assert await webhooks.prune(tx, older_than=older, limit=2) == 2
        assert await webhooks.prune(tx, older_than=older, limit=2) == 1
        assert await webhooks.prune(tx, older_than=older, limit=2) == 0
        assert len(await webhooks.listing(tx)) == 2


async def test_the_types_that_came_in_lately_are_known(database: Database) -> None:
    await keep(database, delivery("a"))
    await keep(database, delivery("b", event_type="sale.update"), now=NOW + timedelta(days=2))
    async with database.read() as tx:
        types = (TYPE, "sale.update", "product.update")
        assert await webhooks.types_since(tx, types, since=NOW) == {TYPE, "sale.update"}
        later = NOW + timedelta(days=1)
        assert await webhooks.types_since(tx, types, since=later) == {"sale.update"}
