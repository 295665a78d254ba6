"""What passes through the daemon and may be large, kept on disk instead of in memory.

Such a file has no name: nobody else can open it, and it is gone with whoever made it, even if
that is killed.
"""

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lsync.core.control.errors import ControlError
from lsync.core.control.messages import ErrorMessage
from lsync.core.domain.explain import sentence
from lsync.core.domain.sanitise import visible
from lsync.core.settings import Settings


def spool_directory(settings: Settings) -> Path:
    """Where they take disk space: the state directory, or for others the system's place."""
    state = Path(settings.daemon.state_dir)
    return state if os.access(state, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())


def spool(directory: Path) -> IO[bytes]:
    """A new empty file that only this process can read.

    Raises:
        OSError: it cannot be made there.
    """
    return tempfile.TemporaryFile(dir=directory)


async def receive(pieces: AsyncIterator[bytes], file: IO[bytes], *, limit: int) -> None:
    """Write what arrives into ``file``.

    Raises:
        ControlError: 413: it is longer than ``limit`` bytes.
        OSError: there is no room for it.
    """
    async for piece in pieces:
        if file.tell() + len(piece) > limit:
            raise _too_large(limit)
        await asyncio.to_thread(file.write, piece)
    await asyncio.to_thread(file.flush)


async def discard(pieces: AsyncIterator[bytes], *, limit: int) -> None:
    """Read on what is not wanted any more, but no more than ``limit`` bytes of it."""
    async for piece in pieces:
        limit -= len(piece)
        if limit < 0:
            return


@contextmanager
def explained(directory: Path) -> Iterator[None]:
    """Turn a disk that is full or fails into a refusal that names the way out.

    Raises:
        ControlError: 507: nothing, or no more, can be written in ``directory``.
    """
    try:
        yield
    except (OSError, sqlite3.OperationalError) as failure:
        why = failure.strerror if isinstance(failure, OSError) else str(failure)
        raise ControlError(
            ErrorMessage(
                error=f"The file could not be set aside in {visible(str(directory))}.",
                why=visible(sentence(why or type(failure).__name__)),
                next_step="Make room on that disk, or choose another daemon.state_dir, and "
                "import the file again: orders that are in are not taken twice.",
            ),
            status=507,
        ) from failure


def _too_large(limit: int) -> ControlError:
    return ControlError(
        ErrorMessage(
            error=f"The file is larger than {limit // 2**20} MiB.",
            why="That is the most that is taken at once.",
            next_step="Split it into several files; an order's rows must stay together.",
            exit_code=2,
        ),
        status=413,
    )
