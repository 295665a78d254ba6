"""One daemon per SQLite file and per state directory. A server database may have several."""

import os
from pathlib import Path

from lsync.core.settings import Settings
from lsync.core.store.urls import SqliteUrl, parse_url
from lsync.daemon.refusals import EXIT_CONFIG, EXIT_RETRY, StartRefusedError
from lsync.daemon.serving.lock import LockFile, LockHeldError


def lock_instance(settings: Settings) -> list[LockFile]:
    """Claim the state directory, which gives the worker its name, and a SQLite file.

    Raises:
        StartRefusedError: another daemon has one of them, or a lock cannot be made.
    """
    held = [
        _lock(
            Path(settings.daemon.state_dir) / "daemon.lock",
            what=f"the state directory {settings.daemon.state_dir}",
            why="It gives the worker its name; two of one name would take each other's jobs.",
        )
    ]
    where = parse_url(settings.database_url)
    if isinstance(where, SqliteUrl):
        file = Path(os.path.realpath(where.path))
        try:
            held.append(
                _lock(
                    file.with_name(file.name + ".daemon"),
                    what=str(where.path),
                    why="A SQLite file belongs to one daemon; two would run each other's jobs.",
                )
            )
        except StartRefusedError:
            held[0].release()
            raise
    return held


def _lock(path: Path, *, what: str, why: str) -> LockFile:
    try:
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        return LockFile.take(path)
    except LockHeldError as held:
        raise StartRefusedError(
            f"Another daemon already works on {what} (process {held.pid or 'unknown'}).",
            why=why,
            next_step="Use the running one, stop it first, "
            "or give this one its own daemon.state_dir and database.url.",
            exit_code=EXIT_RETRY,
        ) from held
    except OSError as failure:
        raise StartRefusedError(
            f"The folder {path.parent} cannot be used.",
            why=f"{failure.strerror or failure}.",
            next_step="Give this user the folder, or choose another daemon.state_dir "
            "or database.url.",
            exit_code=EXIT_CONFIG,
        ) from failure
