"""Settings kept in the database, with their secrets opened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lsync.core.store import stored_settings
from lsync.core.store.database import Database
from lsync.core.store.sealing import SecretUnreadable, unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredValues:
    """What could be read, by key, and why the rest could not."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    unreadable: Mapping[str, SecretUnreadable] = field(default_factory=dict)


async def read_stored(database: Database, *, key_file: Path) -> StoredValues:
    """Read all of them; a secret whose key is not at hand does not keep the others away."""
    async with database.read() as tx:
        found = await stored_settings.read_all(tx)
    values: dict[str, str] = {}
    unreadable: dict[str, SecretUnreadable] = {}
    for each in found:
        try:
            value = unseal(each.value, key_file=key_file) if each.encrypted else each.value
        except SecretUnreadable as error:
            unreadable[each.key] = error
        else:
            values[each.key] = value
    return StoredValues(values=values, unreadable=unreadable)
