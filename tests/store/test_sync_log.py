"""The sync log: append, search, page, follow."""

from datetime import timedelta

import pytest

from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.store import sync_log
from lsync.core.store.database import Change, Database
from lsync.core.store.sync_log import LogFilter
from tests.store.samples import NOW


def entry(minute: int = 0, **changes: object) -> SyncLogEntry:
    values: dict[str, object] = {
        "operation": "push",
        "step": "created",
        "status": LogStatus.OK,
        "message": "made",
    }
    return SyncLogEntry(
        created_at=NOW + timedelta(minutes=minute),
        **{**values, **changes},  # type: ignore[arg-type]  # an entry's own fields
    )


@pytest.fixture
async def ids(database: Database) -> list[int]:
    entries = [
        entry(0, order_number="PO-1", consignment_id="c-7"),
        entry(1, order_number="PO-2", status=LogStatus.FAILED, message="100% Broken_thing"),
        entry(2, operation="pull", step="received", job_id=4),
        entry(3, order_number="PO-1", status=LogStatus.WARNING),
    ]
    async with database.write() as tx:
        return [(await sync_log.append(tx, each)).id or 0 for each in entries]


async def test_an_entry_comes_back_whole(database: Database) -> None:
    heard: list[Change] = []
    database.listen(heard.append)
    full = entry(
        order_id=None,
        order_number="PO-1",
        consignment_id="c-1",
        job_id=3,
        detail={"calls": 4, "text": "ä"},
        duration_ms=1.5,
    )
    async with database.write() as tx:
        stored = await sync_log.append(tx, full)
    async with database.read() as tx:
        assert await sync_log.find(tx, stored.id or 0) == stored
        assert await sync_log.find(tx, 10**6) is None
    assert heard == [Change(kind="log", key=str(stored.id))]


@pytest.mark.parametrize(
    ("matching", "expected"),
    [
        (LogFilter(), [3, 2, 1, 0]),
        (LogFilter(text="broken"), [1]),
        (LogFilter(text="100%"), [1]),
        (LogFilter(text="%"), [1]),
        (LogFilter(text="c-7"), [0]),
        (LogFilter(text="po-1"), [3, 0]),
        (LogFilter(text="PO-2 broken"), [1]),
        (LogFilter(text="thing  po-2 creat"), [1]),
        (LogFilter(text="PO-1 broken"), []),
        (LogFilter(text="PO-1 %"), []),
        (LogFilter(text="PO-2 n_thing"), [1]),
        (LogFilter(text="PO-2 roke_"), []),
        (LogFilter(text="   "), [3, 2, 1, 0]),
        (LogFilter(order="PO-1"), [3, 0]),
        (LogFilter(statuses=(LogStatus.FAILED, LogStatus.WARNING)), [3, 1]),
        (LogFilter(operations=("pull",)), [2]),
        (LogFilter(steps=("created",), order="PO-2"), [1]),
        (LogFilter(job_id=4), [2]),
        (LogFilter(since=NOW + timedelta(minutes=2)), [3, 2]),
        (LogFilter(until=NOW + timedelta(minutes=2)), [1, 0]),
        (LogFilter(text="'; DROP TABLE x --"), []),
    ],
)
async def test_filters(
    database: Database, ids: list[int], matching: LogFilter, expected: list[int]
) -> None:
    async with database.read() as tx:
        found = await sync_log.search(tx, matching=matching)
        assert [each.id for each in found] == [ids[index] for index in expected]
        assert await sync_log.count(tx, matching=matching) == len(expected)


async def test_pages_go_back_and_following_goes_forward(database: Database, ids: list[int]) -> None:
    async with database.read() as tx:
        first = await sync_log.search(tx, limit=3)
        second = await sync_log.search(tx, limit=3, before=first[-1].id)
        following = await sync_log.search(tx, limit=2, after=ids[0])
    assert [each.id for each in first + second] == ids[::-1]
    assert [each.id for each in following] == [ids[2], ids[1]]


async def test_old_entries_can_be_pruned(database: Database, ids: list[int]) -> None:
    async with database.write() as tx:
        assert await sync_log.prune(tx, older_than=NOW + timedelta(minutes=2)) == 2
        assert await sync_log.count(tx) == len(ids) - 2
