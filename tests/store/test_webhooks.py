"""Webhooks are kept once per body and 30 days."""

from datetime import datetime, timedelta
from hashlib import sha256

from lsync.core.domain.records import WebhookStatus
from lsync.core.store import webhooks
from lsync.core.store.database import Change, Database, Transaction
from lsync.core.store.webhooks import Accepted
from tests.store.samples import LATER, NOW

TYPE = "consignment.receive"


async def accept(
    tx: Transaction, body: str, *, event_type: str = TYPE, now: datetime = NOW
) -> Accepted:
    return await webhooks.accept(
        tx,
        event_type,
        digest=sha256(body.encode()).hexdigest(),
        body=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        source="192.0.2.7",
        verdict="verified",
        now=now,
        entity_id="c-1",
    )


async def test_a_webhook_comes_back_whole(database: Database) -> None:
    heard: list[Change] = []
    database.listen(heard.append)
    async with database.write() as tx:
        accepted = await accept(tx, "payload=ä")
    async with database.read() as tx:
        found = await webhooks.find(tx, accepted.id)
        assert await webhooks.find(tx, accepted.id + 1) is None
    assert found is not None
    assert (found.event_type, found.body, found.source) == (TYPE, "payload=ä", "192.0.2.7")
    assert (found.status, found.verdict, found.received_at) == (
        WebhookStatus.RECEIVED,
        "verified",
        NOW,
    )
    assert heard == [Change(kind="webhook", key=str(accepted.id))]


async def test_the_same_body_again_is_counted_not_kept(database: Database) -> None:
    async with database.write() as tx:
        first = await accept(tx, "a")
        again = [await accept(tx, "a", now=NOW + timedelta(days=29)) for _ in range(3)]
        other = await accept(tx, "b")
        found = await webhooks.find(tx, first.id)
    assert {each.duplicate for each in again} == {True}
    assert {each.id for each in again} == {first.id}
    assert not other.duplicate
    assert found is not None
    assert found.duplicates == 3


async def test_after_thirty_days_the_same_body_is_news(database: Database) -> None:
    async with database.write() as tx:
        first = await accept(tx, "a")
        later = await accept(tx, "a", now=NOW + timedelta(days=30))
    assert not later.duplicate
    assert later.id != first.id


async def test_the_same_body_of_another_type_is_another_webhook(database: Database) -> None:
    async with database.write() as tx:
        await accept(tx, "a")
        assert not (await accept(tx, "a", event_type="consignment.send")).duplicate


async def test_what_became_of_it_is_recorded(database: Database) -> None:
    async with database.write() as tx:
        accepted = await accept(tx, "a")
        await webhooks.link_job(tx, accepted.id, job_id=12)
        await webhooks.mark(tx, accepted.id, status=WebhookStatus.FAILED, now=LATER, error="no")
        found = await webhooks.find(tx, accepted.id)
    assert found is not None
    assert (found.job_id, found.status, found.processed_at, found.error, found.entity_id) == (
        12,
        WebhookStatus.FAILED,
        LATER,
        "no",
        "c-1",
    )


async def test_listing_pages_newest_first(database: Database) -> None:
    async with database.write() as tx:
        assert await webhooks.last_received(tx) is None
        ids = [(await accept(tx, str(n), now=NOW + timedelta(seconds=n))).id for n in range(5)]
        await webhooks.mark(tx, ids[1], status=WebhookStatus.PROCESSED, now=LATER)
        first = await webhooks.listing(tx, limit=3)
        second = await webhooks.listing(tx, limit=3, before=first[-1].id)
        processed = await webhooks.listing(tx, status=WebhookStatus.PROCESSED)
        others = await webhooks.listing(tx, event_type="sale.update")
        assert await webhooks.last_received(tx) == NOW + timedelta(seconds=4)
        assert await webhooks.prune(tx, older_than=NOW + timedelta(seconds=2)) == 2
    assert [each.id for each in first + second] == ids[::-1]
    assert [each.id for each in processed] == [ids[1]]
    assert others == []
