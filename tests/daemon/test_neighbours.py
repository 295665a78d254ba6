"""Rows that another process writes reach those who listen here."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from lsync.core.store.database import Change, Database
from lsync.core.store.deliveries import Delivery, keep_step
from lsync.core.sync.hints import webhook_job
from lsync.daemon.application import Application
from lsync.daemon.events import EventHub
from lsync.daemon.loops.neighbours import NeighbourWatcher
from tests.daemon.application import opened


@pytest.fixture
async def application(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    async with opened(database_url, tmp_path) as application:
        yield application


class Hub(EventHub):
    """Remembers what it was told."""

    def __init__(self) -> None:
        super().__init__(boot="b", load=None)  # type: ignore[arg-type]  # nothing is loaded here
        self.noted: list[tuple[str, str]] = []

    def note(self, change: Change) -> None:  # type: ignore[override]  # a Change is a Key
        self.noted.append((change.kind, change.key))


async def keep(database: Database, body: str) -> None:
    delivery = Delivery(
        event_type="sale.update", digest=body, body=body, source="x", verdict="verified"
    )
    job = webhook_job(max_attempts=4)
    await database.call(partial(keep_step, deliveries=[delivery], job=job))


async def test_rows_of_others_are_told_and_our_own_are_not(
    application: Application, database_url: str
) -> None:
    hub = Hub()
    watcher = NeighbourWatcher(application, hub)
    async with await Database.open(database_url) as neighbour:
        await keep(neighbour, "before anybody listened")
        with hub.subscribe():
            await watcher.look()
            assert hub.noted == []
            await keep(application.database, "ours")
            await watcher.look()
            assert hub.noted == []
            await keep(neighbour, "theirs")
            await watcher.look()
            assert [kind for kind, _ in hub.noted].count("webhook") == 1
            told = len(hub.noted)
            await watcher.look()
            assert len(hub.noted) == told
        await keep(neighbour, "nobody listens")
        await watcher.look()
        assert len(hub.noted) == told
