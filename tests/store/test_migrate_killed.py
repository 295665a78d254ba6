"""An upgrade that is killed at any statement is taken up by the next one."""

import asyncio
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from lsync.core.store import migrate
from lsync.core.store.database import Database
from lsync.core.store.revisions import HEAD
from lsync.core.store.schema import tables
from tests.databases import MariaDB
from tests.store.test_migrate import on

pytestmark = pytest.mark.process

Make = Callable[[], str]


@pytest.fixture
def make(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Make]:
    """Make an empty database and return its URL."""
    if database_kind == "sqlite":
        yield lambda: f"sqlite:///{tmp_path / uuid.uuid4().hex}.db"
        return
    server: MariaDB = request.getfixturevalue("mariadb")
    names: list[str] = []

    def create() -> str:
        names.append(f"k_{uuid.uuid4().hex[:12]}")
        return server.create_database(names[-1])

    yield create
    server.admin(*(f"DROP DATABASE `{name}`" for name in names), "SELECT 1")


class Upgrades:
    """Talks to the process that upgrades and dies."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.killed_migration"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, url: str, *, killed_at: int = 0) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{killed_at} {url}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture
def upgrades() -> Iterator[Upgrades]:
    upgrades = Upgrades()
    yield upgrades
    upgrades.close()


def differences(url: str) -> list[Any]:
    """What the database has that the schema has not, and the reverse."""
    ours = tables()
    extra = {ours.version_table, f"{ours.version_table}_lock"}

    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "table" or name not in extra,
            },
        )
        return list(compare_metadata(context, ours.metadata))

    async def work(connection: AsyncConnection) -> list[Any]:
        return await connection.run_sync(compare)

    return on(url, work)


def check(url: str) -> None:
    assert migrate.status(url).current == HEAD
    assert differences(url) == []

    async def opens() -> None:
        async with await Database.open(url) as database, database.write() as tx:
            await tx.now()

    asyncio.run(opens())


def kill_everywhere(make: Make, upgrades: Upgrades, *, step: int, first: int) -> int:
    """Kill at every ``step``-th point until an upgrade comes through; return how many kills."""
    for kills, point in enumerate(range(first, 100_000, step)):
        url = make()
        if upgrades.run(url, killed_at=point) == "done":
            check(url)
            return kills
        assert upgrades.run(url) == "done", f"not taken up after a kill at point {point}"
        check(url)
    raise AssertionError("no upgrade came through")


def test_a_killed_upgrade_is_taken_up(make: Make, upgrades: Upgrades, database_kind: str) -> None:
    step = 47 if database_kind == "sqlite" else 71
    assert kill_everywhere(make, upgrades, step=step, first=17) > 1


@pytest.mark.long
def test_an_upgrade_killed_at_any_statement_is_taken_up(make: Make, upgrades: Upgrades) -> None:
    assert kill_everywhere(make, upgrades, step=1, first=1) > 50
