"""A clock that only tests move, and a database that goes by it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from lsync.core.store.database import Database
from tests.queue.doing import Doing


class Clock:
    """Stands still until told otherwise."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def timed(database_url: str, clock: Clock) -> AsyncIterator[Database]:
    """An open, empty database whose time is the clock's."""
    async with await Database.open(database_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def doing(database: Database) -> Doing:
    """The steps of a job's life on the test's database."""
    return Doing(database)
