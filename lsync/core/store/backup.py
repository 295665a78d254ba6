"""Copies a SQLite database while it is in use. How a server is backed up is only told.

The copy is one consistent state, whatever daemons write meanwhile, and never delays them.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from lsync.core.store import sqlite_backend
from lsync.core.store.errors import DatabaseFull, StoreError
from lsync.core.store.urls import MysqlUrl, parse_url

Progress = Callable[[int, int], None]
"""Hears how many pages of how many are copied."""

PAGES = 2_000
"""Pages copied between two words of progress: 8 MB of the usual size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A finished and checked copy; ``revision`` is that of its tables."""

    file: Path
    bytes: int
    revision: str | None


class BackupRefused(StoreError):  # noqa: N818 - beside UpgradeRefused
    """No backup was made; what was at the target before is untouched."""


def back_up(
    url: str,
    target: Path,
    *,
    prefix: str = "",
    overwrite: bool = False,
    progress: Progress = lambda _done, _total: None,
) -> Backup:
    """Copy the database at ``url`` to the file ``target`` and check the copy.

    The copy appears under its name only when it is whole, checked and on the disk; only its
    owner may read it. ``progress`` hears how many of all pages are copied.

    Raises:
        BackupRefused: it is a server's database, ``target`` exists and ``overwrite`` was not
            said, it is the database itself, it cannot be written, or the copy is not sound.
        DatabaseUnavailable: the database cannot be read; ``DatabaseFull``: no room for the copy.
    """
    where = parse_url(url)
    if isinstance(where, MysqlUrl):
        raise _server(where)
    if not where.path.is_file():
        raise sqlite_backend.missing(where.path)
    _check_target(where.path, target, overwrite=overwrite)
    return copy_file(where.path, target, prefix=prefix, progress=progress)


def copy_file(
    source: Path,
    target: Path,
    *,
    prefix: str = "",
    progress: Progress = lambda _done, _total: None,
) -> Backup:
    """Copy the SQLite file ``source`` to ``target``, replacing it. Raises like ``back_up``."""
    with _unfinished(target) as copy:
        _copy(source, copy, progress=progress)
        revision = _check(copy, prefix=prefix)
        _settle(copy, target)
    return Backup(file=target, bytes=target.stat().st_size, revision=revision)


def _check_target(source: Path, target: Path, *, overwrite: bool) -> None:
    if target.is_dir():
        raise BackupRefused(
            f"{target} is a folder.", next_step="Name the file that the backup shall become."
        )
    beside = {Path(f"{source}{end}").resolve() for end in ("", "-wal", "-shm")}
    if target.resolve() in beside:
        raise BackupRefused(
            f"{target} is the database itself.", next_step="Name another file for the backup."
        )
    if target.exists() and not overwrite:
        raise BackupRefused(
            f"{target} exists already.",
            why="It may be an older backup.",
            next_step="Choose another name, or replace it with --force.",
        )


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """Give the name of a file beside ``target``, and remove what is left of it afterwards."""
    copy = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    try:
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield copy
    except OSError as error:
        raise BackupRefused(
            f"{target} cannot be written.",
            why=f"{error.strerror or error}.",
            next_step="Choose a folder with room that this user may write to.",
        ) from error
    finally:
        for end in ("", "-journal", "-wal", "-shm"):
            Path(f"{copy}{end}").unlink(missing_ok=True)


def _copy(source: Path, copy: Path, *, progress: Progress) -> None:
    """Copy within one reading transaction: writers go on, and the copy need not start anew."""
    try:
        with closing(sqlite3.connect(_uri(source, "ro"), uri=True)) as opened:
            opened.isolation_level = None
            opened.execute("BEGIN")
            opened.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            _copy_pages(opened, copy, progress=progress)
    except sqlite3.Error as error:
        raise sqlite_backend.explain(error, path=source) or error from error


def _copy_pages(opened: sqlite3.Connection, copy: Path, *, progress: Progress) -> None:
    def tell(_: int, left: int, total: int) -> None:
        progress(total - left, total)

    with closing(sqlite3.connect(copy)) as into:
        try:
            opened.backup(into, pages=PAGES, progress=tell, sleep=0)
            # A file of its own, not one of three: whoever opens it as a database changes it back.
            into.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_FULL:
                raise
            raise DatabaseFull(
                f"There is no room for a copy of the database in {copy.parent}.",
                why="The disk is full; nothing is left of the copy.",
                next_step="Free some space or choose another folder; the database is untouched.",
            ) from error


def _check(copy: Path, *, prefix: str) -> str | None:
    """Read the whole copy once; return the revision of its tables."""
    with closing(sqlite3.connect(_uri(copy, "ro"), uri=True)) as opened:
        try:
            found = [row[0] for row in opened.execute("PRAGMA integrity_check(5)")]
        except sqlite3.DatabaseError as error:
            found = [str(error)]
        if found != ["ok"]:
            raise BackupRefused(
                "The copy is not sound, so it was thrown away.",
                why="; ".join(found),
                next_step="Check the disk and the database: `lsync doctor`.",
            )
        table = f"{prefix}lsync_schema"
        known = opened.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        if known is None:
            return None
        row = opened.execute(f'SELECT version_num FROM "{table}"').fetchone()  # noqa: S608 - the prefix is letters, digits and underscores
        return str(row[0]) if row else None


def _settle(copy: Path, target: Path) -> None:
    """Bring the copy and then its name to the disk."""
    _sync(copy)
    copy.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _uri(path: Path, mode: str) -> str:
    return f"file:{quote(str(path.absolute()))}?mode={mode}"


def _server(where: MysqlUrl) -> BackupRefused:
    host, port = where.hosts[0]
    place = f"--socket={where.unix_socket}" if where.unix_socket else f"--host={host} --port={port}"
    return BackupRefused(
        f"{where.shown} is a server's database; lsync makes no backup of it.",
        why="The server's own tools copy it whole while it is in use.",
        next_step=(
            "Back it up so, into a folder that only you may read:\n"
            f"  mariadb-dump --single-transaction --quick {place} "
            f"--user={where.user} --password --result-file=lsync.sql {where.database}\n"
            "docs/operations.md has large databases, restoring and what belongs to a backup."
        ),
    )
