"""One daemon per SQLite file. A server database may have several."""

import os
from pathlib import Path

from lsync.core.store.urls import SqliteUrl, parse_url
from lsync.daemon.refusals import EXIT_CONFIG, EXIT_RETRY, StartRefusedError
from lsync.daemon.serving.lock import LockFile, LockHeldError


def lock_database(url: str) -> LockFile | None:
    """Claim the database file for this process; ``None`` for a server database.

    Raises:
        StartRefusedError: another daemon has it, or the lock cannot be made beside it.
    """
    where = parse_url(url)
    if not isinstance(where, SqliteUrl):
        return None
    path = Path(os.path.realpath(where.path))
    try:
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        return LockFile.take(path.with_name(path.name + ".daemon"))
    except LockHeldError as held:
        raise StartRefusedError(
            f"Another daemon already works on {where.path} (process {held.pid or 'unknown'}).",
            why="A SQLite file belongs to one daemon; two would run each other's jobs.",
            next_step="Use the running one, or stop it first.",
            exit_code=EXIT_RETRY,
        ) from held
    except OSError as failure:
        raise StartRefusedError(
            f"The database's folder {path.parent} cannot be used.",
            why=f"{failure.strerror or failure}.",
            next_step="Give this user the folder, or choose another daemon.state_dir "
            "or database.url.",
            exit_code=EXIT_CONFIG,
        ) from failure
