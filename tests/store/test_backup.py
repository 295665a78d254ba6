"""Copying a SQLite database that is in use."""

import contextlib
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from lsync.core.store import backup
from lsync.core.store.backup import BackupRefused, back_up
from lsync.core.store.database import Database, DatabaseMissing
from lsync.core.store.errors import DatabaseUnavailable
from lsync.core.store.revisions import HEAD


@pytest.fixture
def source(sqlite_template: Path, tmp_path: Path) -> Path:
    path = tmp_path / "lsync.db"
    path.write_bytes(sqlite_template.read_bytes())
    return path


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def values(path: Path) -> list[int]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT value FROM cursors ORDER BY value")]


def write(path: Path, *numbers: int) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO cursors (name, value, updated_at) VALUES (?, ?, '2026-01-01')",
            [(f"c{number}", number) for number in numbers],
        )


def beside(target: Path) -> set[str]:
    return {each.name for each in target.parent.iterdir()}


async def test_the_copy_is_a_database_of_its_own_and_opens(source: Path, tmp_path: Path) -> None:
    write(source, 1, 2)
    target = tmp_path / "backups" / "copy.db"
    target.parent.mkdir()
    made = back_up(url(source), target)
    assert (made.file, made.revision, made.bytes) == (target, HEAD, target.stat().st_size)
    assert beside(target) == {"copy.db"}, "one file, not three, and nothing unfinished"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert values(target) == [1, 2]
    async with await Database.open(url(target)) as database, database.read() as tx:
        await tx.now()


def test_what_is_written_meanwhile_neither_waits_nor_gets_in(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page, and another connection commits between two of them."""
    write(source, *range(1000))
    monkeypatch.setattr(backup, "PAGES", 1)
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        if len(seen) in (2, 40):
            write(source, 1000 + len(seen))

    target = tmp_path / "copy.db"
    back_up(url(source), target, progress=progress)
    assert values(target) == list(range(1000))
    assert values(source)[-2:] == [1002, 1040]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen), "it never starts anew"
    assert seen[-1][0] == seen[-1][1]


def test_an_older_backup_stays_unless_it_shall_go(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    back_up(url(source), target)
    write(source, 7)
    with pytest.raises(BackupRefused, match=r"exists already.*--force"):
        back_up(url(source), target)
    assert values(target) == []
    back_up(url(source), target, overwrite=True)
    assert values(target) == [7]


def test_a_copy_that_is_broken_off_leaves_the_older_one_alone(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "copy.db"
    back_up(url(source), target)
    write(source, 7)
    monkeypatch.setattr(backup, "PAGES", 1)

    def interrupt(done: int, _: int) -> None:
        if done > 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(url(source), target, overwrite=True, progress=interrupt)
    assert values(target) == []
    assert not [name for name in beside(target) if "unfinished" in name]


def test_a_copy_that_is_not_sound_is_thrown_away(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_pages = backup._copy_pages

    def damage(opened: sqlite3.Connection, copy: Path, **given: backup.Progress) -> None:
        copy_pages(opened, copy, **given)
        with copy.open("r+b") as file:
            file.seek(4096 * 3)
            file.write(b"\xff" * 4096)

    monkeypatch.setattr(backup, "_copy_pages", damage)
    with pytest.raises(BackupRefused, match="not sound"):
        back_up(url(source), tmp_path / "copy.db")
    assert not [name for name in beside(source) if "copy" in name]


def test_the_database_itself_is_no_target(source: Path) -> None:
    for name in (source, source.with_name("lsync.db-wal"), source.parent):
        with pytest.raises(BackupRefused, match="Name "):
            back_up(url(source), name, overwrite=True)
    assert values(source) == []


def test_what_is_no_database_or_not_there_is_explained(tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissing):
        back_up(url(tmp_path / "none.db"), tmp_path / "copy.db")
    (tmp_path / "text.db").write_text("no database " * 500)
    with pytest.raises(DatabaseUnavailable, match="not a sound SQLite"):
        back_up(url(tmp_path / "text.db"), tmp_path / "copy.db")
    with pytest.raises(BackupRefused, match="cannot be written"):
        back_up(url(tmp_path / "text.db"), tmp_path / "no" / "copy.db")
    assert beside(tmp_path / "x") == {"text.db"}


def test_for_a_server_the_command_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(BackupRefused) as refused:
        back_up("mysql://lsync:geheim@db.example:3307/shop", tmp_path / "copy.db")
    told = str(refused.value)
    assert "mariadb-dump --single-transaction" in told
    assert "--host=db.example --port=3307 --user=lsync --password" in told
    assert told.rstrip().endswith("backup.")
    assert "geheim" not in told
    assert list(tmp_path.iterdir()) == []


def test_two_backups_at_once_both_become_whole(source: Path, tmp_path: Path) -> None:
    write(source, *range(500))
    targets = [tmp_path / f"copy{number}.db" for number in range(2)]
    threads = [threading.Thread(target=back_up, args=(url(source), each)) for each in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(values(each)) for each in targets] == [500, 500]
