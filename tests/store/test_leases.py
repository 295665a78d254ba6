"""Leases by name, between daemons."""

from datetime import UTC, datetime, timedelta

from lsync.core.store import leases
from lsync.core.store.database import Database

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def take(database: Database, holder: str, *, after: timedelta) -> leases.Lease | None:
    async with database.write() as tx:
        return await leases.acquire(tx, "poller", holder=holder, duration=MINUTE, now=NOW + after)


async def test_one_holder_at_a_time(database: Database) -> None:
    first = await take(database, "a", after=timedelta(0))
    assert first is not None
    assert await take(database, "b", after=timedelta(seconds=30)) is None
    second = await take(database, "b", after=MINUTE)
    assert second is not None
    assert second.epoch == first.epoch + 1
    async with database.read() as tx:
        assert not await leases.is_held(tx, first, now=NOW + MINUTE)
        assert await leases.is_held(tx, second, now=NOW + MINUTE)


async def test_the_holder_renews_without_a_new_epoch(database: Database) -> None:
    first = await take(database, "a", after=timedelta(0))
    again = await take(database, "a", after=timedelta(seconds=50))
    assert first is not None
    assert again is not None
    assert (again.epoch, again.expires_at - first.expires_at) == (1, timedelta(seconds=50))
    assert await take(database, "b", after=timedelta(seconds=70)) is None


async def test_a_holder_that_lapsed_comes_back_with_a_new_epoch(database: Database) -> None:
    """What it began under the old epoch must not go on."""
    await take(database, "a", after=timedelta(0))
    again = await take(database, "a", after=2 * MINUTE)
    assert again is not None
    assert again.epoch == 2


async def test_a_released_lease_is_free_and_a_lost_one_cannot_be_released(
    database: Database,
) -> None:
    first = await take(database, "a", after=timedelta(0))
    assert first is not None
    async with database.write() as tx:
        assert await leases.release(tx, first)
        assert not await leases.release(tx, first)
    assert await take(database, "b", after=timedelta(seconds=1)) is not None
