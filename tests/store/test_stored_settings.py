"""Settings kept in the database."""

from lsync.core.store import stored_settings
from lsync.core.store.database import Database
from tests.store.samples import LATER, NOW


async def test_a_value_is_kept_replaced_and_forgotten(database: Database) -> None:
    key = "sync.batch_size"
    async with database.write() as tx:
        assert await stored_settings.read_all(tx) == []
        await stored_settings.put(tx, key, value="5", by="alex", now=NOW)
        await stored_settings.put(tx, key, value="6", by="kim", now=LATER, encrypted=True)
        (found,) = await stored_settings.read_all(tx)
        assert (found.key, found.value, found.updated_by, found.updated_at) == (
            key,
            "6",
            "kim",
            LATER,
        )
        assert found.encrypted
        assert await stored_settings.remove(tx, key)
        assert not await stored_settings.remove(tx, key)


async def test_a_value_does_not_show_in_a_traceback(database: Database) -> None:
    async with database.write() as tx:
        await stored_settings.put(tx, "k", value="canary", by="alex", now=NOW)
        (found,) = await stored_settings.read_all(tx)
    assert "canary" not in repr(found)
