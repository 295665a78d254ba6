"""Changes and the webhooks that announce them find each other, whichever comes first."""

from datetime import datetime, timedelta

from lsync.core.store import announcements
from lsync.core.store.announcements import ANNOUNCED_WITHIN, ARRIVES_WITHIN
from lsync.core.store.database import Database
from tests.store.samples import NOW

TYPE = "product.update"
MINUTE = timedelta(minutes=1)


async def times(database: Database) -> list[tuple[datetime | None, datetime]]:
    async with database.read() as tx:
        found = await announcements.since(tx, NOW - timedelta(days=9))
    return [(it.announced_at, it.observed_at) for it in found]


async def test_a_webhook_before_the_poll_belongs_to_the_change(database: Database) -> None:
    async with database.write() as tx:
        await announcements.announced(tx, TYPE, ["p"], at=NOW)
        await announcements.announced(tx, TYPE, ["p"], at=NOW + MINUTE)
        await announcements.observed(tx, TYPE, ["p"], at=NOW + 2 * MINUTE)
    assert await times(database) == [(NOW + MINUTE, NOW + 2 * MINUTE)]


async def test_a_webhook_after_the_poll_belongs_to_it_too(database: Database) -> None:
    async with database.write() as tx:
        await announcements.observed(tx, TYPE, ["p", "q"], at=NOW)
        await announcements.observed(tx, TYPE, ["p"], at=NOW + MINUTE)
        await announcements.announced(tx, TYPE, ["p"], at=NOW + 2 * MINUTE)
    assert set(await times(database)) == {(NOW + 2 * MINUTE, NOW), (None, NOW)}


async def test_an_old_webhook_announces_no_new_change(database: Database) -> None:
    late = NOW + ANNOUNCED_WITHIN + MINUTE
    async with database.write() as tx:
        await announcements.announced(tx, TYPE, ["p"], at=NOW)
        await announcements.observed(tx, TYPE, ["p"], at=late)
    assert await times(database) == [(None, late)]


async def test_after_48_hours_no_webhook_is_awaited_any_more(database: Database) -> None:
    async with database.write() as tx:
        await announcements.observed(tx, TYPE, ["p"], at=NOW)
        await announcements.announced(tx, TYPE, ["p"], at=NOW + ARRIVES_WITHIN)
    assert await times(database) == [(None, NOW)]


async def test_types_and_things_are_kept_apart(database: Database) -> None:
    async with database.write() as tx:
        await announcements.announced(tx, TYPE, ["p"], at=NOW)
        await announcements.observed(tx, "inventory.update", ["p"], at=NOW)
        await announcements.observed(tx, TYPE, ["q"], at=NOW)
        assert await announcements.observed_before(tx, TYPE, ["p", "q"]) == {"q"}
    assert await times(database) == [(None, NOW), (None, NOW)]


async def test_old_rows_go_a_few_at_a_time(database: Database) -> None:
    async with database.write() as tx:
        await announcements.announced(tx, TYPE, ["a", "b"], at=NOW)
        await announcements.observed(tx, TYPE, ["b", "c", "d"], at=NOW)
        await announcements.observed(tx, TYPE, ["e"], at=NOW + MINUTE)
        gone = 0
        while some := await announcements.prune(tx, older_than=NOW + MINUTE, limit=2):
            gone += some
    assert gone == 4
    assert await times(database) == [(None, NOW + MINUTE)]
