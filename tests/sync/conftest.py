"""A retailer over a database of each kind; one clock for the database, lsync and Lightspeed."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lsync.core.store.database import Database
from tests.sync.retailer import Retailer, StillClock


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture(scope="session")
def opened_template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A SQLite file in which the simulated shop's catalogue has been read."""
    path = tmp_path_factory.mktemp("opened") / "lsync.db"
    shutil.copy(sqlite_template, path)
    clock = StillClock()

    async def read_catalogue() -> None:
        async with await Database.open(f"sqlite:///{path}", clock=clock) as opened:
            await Retailer(opened, clock=clock).open()

    asyncio.run(read_catalogue())
    return path


@pytest.fixture
async def sqlite(
    tmp_path: Path, opened_template: Path, clock: StillClock
) -> AsyncIterator[Database]:
    """A SQLite database that knows the catalogue, by the test's clock."""
    path = tmp_path / "lsync.db"
    shutil.copy(opened_template, path)
    async with await Database.open(f"sqlite:///{path}", clock=clock) as opened:
        yield opened


@pytest.fixture
async def either(database_url: str, clock: StillClock) -> AsyncIterator[Database]:
    """An empty database of each kind, by the test's clock."""
    async with await Database.open(database_url, clock=clock) as opened:
        yield opened


@pytest.fixture
async def retailer(sqlite: Database, clock: StillClock) -> Retailer:
    """A retailer whose catalogue and watermark have been read."""
    return Retailer(sqlite, clock=clock)
