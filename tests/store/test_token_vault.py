"""The vault of the OAuth tokens: sealed, private, one renewal at a time over processes."""

import asyncio
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from lsync.core.store import leases, stored_settings
from lsync.core.store.database import Database
from lsync.core.store.errors import DatabaseBusy
from lsync.core.store.token_vault import (
    KEY,
    LEASE,
    DatabaseVault,
    TokensUnreadable,
    create_key,
    read_key,
)


async def at_once(seconds: float) -> None:
    """Look again without waiting, but let others go on."""
    await asyncio.sleep(0)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def replace_key(path: Path, content: str | None = None) -> None:
    path.unlink()
    if content is not None:
        path.write_text(content)
        path.chmod(0o600)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "oauth.key"


@pytest.fixture
def vault(database: Database, key_file: Path) -> DatabaseVault:
    return DatabaseVault(database, key_file=key_file)


async def test_what_is_saved_is_loaded_and_replaced(vault: DatabaseVault) -> None:
    assert await vault.load() is None
    await vault.save("first ü")
    await vault.save("second")
    assert await vault.load() == "second"


async def test_the_database_alone_does_not_show_it(
    vault: DatabaseVault, database: Database
) -> None:
    await vault.save("canary-token")
    async with database.read() as tx:
        found = await stored_settings.find(tx, KEY)
        assert await stored_settings.read_all(tx) == [], "it is no setting"
    assert found is not None
    assert found.encrypted
    assert "canary" not in found.value


async def test_the_key_is_for_its_owner_only_and_stays(
    vault: DatabaseVault, key_file: Path
) -> None:
    await vault.save("x")
    assert mode_of(key_file) == 0o600
    key = read_key(key_file)
    create_key(key_file)
    assert read_key(key_file) == key
    assert list(key_file.parent.iterdir()) == [key_file]


async def test_an_exposed_a_missing_and_another_key_are_named(
    vault: DatabaseVault, key_file: Path
) -> None:
    await vault.save("x")
    os.chmod(key_file, 0o640)  # noqa: PTH101 - the path library may not be used in coroutines
    with pytest.raises(TokensUnreadable, match="chmod 600"):
        await vault.load()
    replace_key(key_file)
    with pytest.raises(TokensUnreadable, match="vend login"):
        await vault.load()
    create_key(key_file)
    with pytest.raises(TokensUnreadable, match="another key"):
        await vault.load()
    replace_key(key_file, "no key at all")
    with pytest.raises(TokensUnreadable, match="another key"):
        await vault.load()


async def test_only_one_at_a_time_holds_it(database: Database, key_file: Path) -> None:
    vaults = [DatabaseVault(database, key_file=key_file, sleep=at_once) for _ in range(4)]
    inside = 0

    async def renew(vault: DatabaseVault) -> None:
        nonlocal inside
        async with vault.exclusive():
            inside += 1
            assert inside == 1
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(renew(vault) for vault in vaults))


async def test_it_is_given_back_after_an_error(vault: DatabaseVault) -> None:
    for _ in range(2):
        with pytest.raises(RuntimeError, match="on purpose"):
            async with vault.exclusive():
                raise RuntimeError("on purpose")


async def test_a_holder_that_does_not_finish_is_named(database: Database, key_file: Path) -> None:
    async with database.write() as tx:
        now = await tx.now()
        await leases.acquire(tx, LEASE, holder="dead", duration=timedelta(minutes=5), now=now)
    vault = DatabaseVault(database, key_file=key_file, sleep=at_once)
    with pytest.raises(DatabaseBusy, match="another process"):
        async with vault.exclusive():
            pass
