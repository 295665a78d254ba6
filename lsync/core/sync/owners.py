"""Whose a consignment is: by what is on record, or by its reference."""

from collections.abc import Mapping, Sequence

from lsync.core.domain.reference import numbers_meant
from lsync.core.lightspeed import Consignment
from lsync.core.store import consignments, orders
from lsync.core.store.consignments import Sighting
from lsync.core.store.database import Transaction


async def owners_of(tx: Transaction, found: Sequence[Consignment]) -> dict[str, str]:
    """Return the order number of each consignment that is ours, known or by its reference."""
    known = await consignments.sightings(tx, [it.id for it in found])
    return await owners_among(tx, found, known)


async def owners_among(
    tx: Transaction, found: Sequence[Consignment], known: Mapping[str, Sighting]
) -> dict[str, str]:
    """The same where ``known`` was read before, by consignment id."""
    owners = {it.id: number for it in found if (number := _known_owner(known.get(it.id)))}
    meant = {it.id: numbers_meant(it.reference) for it in found if it.id not in owners}
    exist = await orders.existing(tx, {number for numbers in meant.values() for number in numbers})
    for consignment_id, numbers in meant.items():
        ours = [number for number in numbers if number in exist]
        if ours:
            owners[consignment_id] = ours[0]
    return owners


def _known_owner(sighting: Sighting | None) -> str | None:
    return sighting.order_number if sighting else None
