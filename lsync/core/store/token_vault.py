"""The OAuth tokens, encrypted in the database and renewed by one process at a time.

The key is a file of its own, so that a copy of the database opens no shop. What the text means
is the X-Series client's: this has the shape of its ``TokenVault`` port.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from cryptography.fernet import Fernet, InvalidToken

from lsync.core.store import leases, stored_settings
from lsync.core.store.database import Database
from lsync.core.store.errors import DatabaseBusy, StoreError
from lsync.core.store.leases import Lease
from lsync.core.store.transaction import Transaction

KEY = f"{stored_settings.VAULT}oauth_tokens"
LEASE = "oauth_tokens"
KEPT_BY = "vend login"

LONGEST_RENEWAL = timedelta(seconds=180)
"""How long a holder may take; the client gives up a call to the token endpoint after 120 s."""
LOOKS, PAUSE_SECONDS = 100, 0.25
"""How often, and how far apart, it is looked whether another process has finished."""

LOG_IN = "Log in again with `lsync vend login`, or copy the key file from where that was done."


class TokensUnreadable(StoreError):  # noqa: N818 - beside DatabaseBusy
    """The tokens are there, but the key that opens them is missing, exposed or another one."""


class DatabaseVault:
    """Keeps one text, sealed with the key in ``key_file``, which is made when first needed."""

    def __init__(
        self,
        database: Database,
        *,
        key_file: Path,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Nothing is read yet."""
        self._database = database
        self._key_file = key_file
        self._sleep = sleep

    async def load(self) -> str | None:
        """Return the text last saved, or None.

        Raises:
            TokensUnreadable: it cannot be opened with the key at hand.
        """
        async with self._database.read() as tx:
            found = await stored_settings.find(tx, KEY)
        if found is None:
            return None
        try:
            return Fernet(read_key(self._key_file)).decrypt(found.value).decode()
        except (InvalidToken, ValueError) as error:
            raise TokensUnreadable(
                "The stored login cannot be opened.",
                why=f"It was sealed with another key than {self._key_file}.",
                next_step=LOG_IN,
            ) from error

    async def save(self, text: str) -> None:
        """Keep the text, durably, in place of the one before. Raises like ``load``."""
        if not self._key_file.exists():
            create_key(self._key_file)
        sealed = Fernet(read_key(self._key_file)).encrypt(text.encode()).decode()

        async def work(tx: Transaction) -> None:
            now = await tx.now()
            await stored_settings.put(tx, KEY, value=sealed, by=KEPT_BY, now=now, encrypted=True)

        await self._database.run(work)

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """Held by one at a time, over every process that shares the database.

        Raises:
            DatabaseBusy: another one holds it for longer than a renewal usually takes.
        """
        lease = await self._acquire(holder=uuid4().hex)
        try:
            yield
        finally:
            await self._database.run(lambda tx: leases.release(tx, lease))

    async def _acquire(self, *, holder: str) -> Lease:
        async def work(tx: Transaction) -> Lease | None:
            now = await tx.now()
            return await leases.acquire(tx, LEASE, holder=holder, duration=LONGEST_RENEWAL, now=now)

        for _ in range(LOOKS):
            lease = await self._database.run(work)
            if lease is not None:
                return lease
            await self._sleep(PAUSE_SECONDS)
        raise DatabaseBusy(
            "The access token is being renewed by another process.",
            why="It has not finished, or it ended in the middle of it.",
            next_step=f"Try again in {LONGEST_RENEWAL.seconds // 60} minutes.",
        )


def read_key(path: Path) -> bytes:
    """Return the key in a file that only its owner may read.

    Raises:
        TokensUnreadable: it is missing, cannot be read, or others may read it.
    """
    try:
        exposed = path.stat().st_mode & 0o077
        key = path.read_bytes()
    except OSError as error:
        raise TokensUnreadable(
            "The stored login cannot be opened.",
            why=f"Its key file cannot be read: {path}: {error.strerror}.",
            next_step=LOG_IN,
        ) from error
    if exposed:
        raise TokensUnreadable(
            "The key of the stored login is exposed, so it is not used.",
            why=f"Others than its owner may read {path}.",
            next_step=f"Run `chmod 600 {path}`; log in again if others use this machine.",
        )
    return key


def create_key(path: Path) -> None:
    """Make a key file that only its owner may read; one that exists by then stays.

    Raises:
        TokensUnreadable: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_private(draft, Fernet.generate_key())
        try:
            # Unlike a rename, a link never replaces the key of a process that was faster.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    except OSError as error:
        raise TokensUnreadable(
            "The login cannot be kept.",
            why=f"Its key file cannot be written: {path}: {error.strerror}.",
            next_step="Make daemon.state_dir writable for this user.",
        ) from error


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
