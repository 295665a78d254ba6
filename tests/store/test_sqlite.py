"""What only a SQLite file does: locks, full disks, other processes."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from lsync.core.store import sqlite_backend
from lsync.core.store.database import (
    Database,
    DatabaseBusy,
    DatabaseFull,
    DatabaseMissing,
    DatabaseReadOnly,
    DatabaseUnavailable,
)
from tests.store.writing import names, put


@pytest.fixture
def sqlite_path(sqlite_template: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copy(sqlite_template, tmp_path / "lsync.db"))


async def test_a_missing_file_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissing, match="lsync db upgrade"):
        await Database.open(f"sqlite:///{tmp_path / 'none.db'}")
    assert not (tmp_path / "none.db").exists()


async def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "lsync.db"
    path.write_bytes(b"order_number,supplier\n" * 100)
    with pytest.raises(DatabaseUnavailable, match="not a sound SQLite database"):
        await Database.open(f"sqlite:///{path}")
    assert path.read_bytes() == b"order_number,supplier\n" * 100


async def test_durable_settings(sqlite_path: Path) -> None:
    async with await Database.open(f"sqlite:///{sqlite_path}") as opened, opened.write() as tx:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert await tx.scalar(text(f"PRAGMA {pragma}")) == value
    with sqlite3.connect(sqlite_path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


async def test_a_full_disk_is_said_and_work_resumes(sqlite_path: Path) -> None:
    async with await Database.open(f"sqlite:///{sqlite_path}") as opened:
        async with opened.write() as tx:
            pages = await tx.scalar(text("PRAGMA page_count"))
            await tx.scalar(text(f"PRAGMA max_page_count = {pages + 1}"))

        async def fill() -> None:
            async with opened.write() as tx:
                for number in range(2000):
                    await put(tx, f"n{number}")

        with pytest.raises(DatabaseFull, match="Free some space"):
            await fill()
        assert await names(opened) == []
        async with opened.write() as tx:
            await tx.scalar(text("PRAGMA max_page_count = 1000000"))
            await put(tx, "a")
        assert await names(opened) == ["a"]


async def test_another_programs_long_transaction_is_said(
    sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_backend, "BUSY_SECONDS", 0.01)

    async def rest(_: float) -> None:
        other.rollback()

    async with await Database.open(f"sqlite:///{sqlite_path}") as opened:
        other = sqlite3.connect(sqlite_path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy, match="Another program"):
            async with opened.write():
                pass
        await opened.run(lambda tx: put(tx, "a"), rest=rest)
        other.close()
        assert await names(opened) == ["a"]


async def test_commits_of_other_processes_show_and_own_ones_do_not(sqlite_path: Path) -> None:
    url = f"sqlite:///{sqlite_path}"
    async with await Database.open(url) as mine, await Database.open(url) as other:
        assert mine.tells_of_others
        before = await mine.data_version()
        async with mine.write() as tx:
            await put(tx, "a")
        assert await mine.data_version() == before
        async with other.write() as tx:
            await put(tx, "b")
        assert await mine.data_version() != before


async def test_a_read_only_file_is_said(sqlite_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the file system would refuse it; the tests may run as a user whom none refuses."""
    pragmas = (*sqlite_backend.WRITER_PRAGMAS, "query_only=ON")
    monkeypatch.setattr(sqlite_backend, "WRITER_PRAGMAS", pragmas)
    async with await Database.open(f"sqlite:///{sqlite_path}") as opened:
        with pytest.raises(DatabaseReadOnly, match="write permission"):
            async with opened.write() as tx:
                await put(tx, "a")


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL, 261])
def test_what_goes_away_by_itself_is_tried_again(code: int) -> None:
    """261 is SQLITE_BUSY_RECOVERY: another process recovers the log of one that was killed."""
    error = sqlite3.OperationalError("locked")
    error.sqlite_errorcode = code
    backend = sqlite_backend.SqliteBackend(Path("lsync.db"))
    explained = backend.explain(error)
    assert explained is not None
    assert backend.is_transient(explained)
