"""Local and Lightspeed ids; what a person said stays."""

from lsync.core.domain.records import MappingKind, MappingSource
from lsync.core.store import mappings
from lsync.core.store.database import Database, Transaction
from tests.store.samples import LATER, NOW

ORDER = MappingKind.ORDER


async def put(tx: Transaction, local: str, remote: str, source: MappingSource) -> None:
    await mappings.put(tx, ORDER, local_id=local, lightspeed_id=remote, source=source, now=NOW)


async def test_an_order_may_have_several_consignments(database: Database) -> None:
    async with database.write() as tx:
        await put(tx, "PO-1", "c-1", MappingSource.LSYNC)
        await put(tx, "PO-1", "c-2", MappingSource.PERSON)
        await put(tx, "PO-2", "c-3", MappingSource.ADOPTED)
        found = await mappings.of_local(tx, ORDER, local_id="PO-1")
        assert [each.lightspeed_id for each in found] == ["c-2", "c-1"]
        (other,) = await mappings.of_lightspeed(tx, ORDER, lightspeed_id="c-3")
        assert other.local_id == "PO-2"
        assert len(await mappings.listing(tx, kind=ORDER)) == 3
        assert await mappings.listing(tx, kind=MappingKind.PRODUCT) == []


async def test_a_persons_mapping_is_not_taken_over(database: Database) -> None:
    async with database.write() as tx:
        await put(tx, "PO-1", "c-1", MappingSource.PERSON)
        await mappings.put(
            tx,
            ORDER,
            local_id="PO-1",
            lightspeed_id="c-1",
            source=MappingSource.LSYNC,
            now=LATER,
        )
        (found,) = await mappings.of_local(tx, ORDER, local_id="PO-1")
    assert (found.source, found.updated_at) == (MappingSource.PERSON, NOW)


async def test_the_same_mapping_again_is_one_mapping(database: Database) -> None:
    async with database.write() as tx:
        await put(tx, "PO-1", "c-1", MappingSource.LSYNC)
        await put(tx, "PO-1", "c-1", MappingSource.ADOPTED)
        (found,) = await mappings.of_local(tx, ORDER, local_id="PO-1")
        assert found.source is MappingSource.ADOPTED
        assert await mappings.remove(tx, ORDER, local_id="PO-1", lightspeed_id="c-1")
        assert not await mappings.remove(tx, ORDER, local_id="PO-1", lightspeed_id="c-1")
