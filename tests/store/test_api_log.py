"""The API log: append, search without bodies, read one with them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lsync.core.domain.records import ApiLogEntry
from lsync.core.store import api_log
from lsync.core.store.api_log import ApiLogFilter
from lsync.core.store.database import Change, Database
from tests.store.samples import NOW

CALL = ApiLogEntry(
    created_at=NOW,
    request_id="r-1",
    method="POST",
    path="/consignments",
    duration_ms=12.5,
    status=201,
    job_id=3,
    order_number="PO-1",
    request_headers={"Accept": "application/json"},
    request_body='{"ä": 1}',
    response_headers={"X-RateLimit-Remaining": "9"},
    response_body="x" * 100_000,
)


async def test_an_exchange_comes_back_whole_and_is_listed_without_bodies(
    database: Database,
) -> None:
    heard: list[Change] = []
    database.listen(heard.append)
    async with database.write() as tx:
        stored = await api_log.append(tx, CALL)
    async with database.read() as tx:
        assert await api_log.find(tx, stored.id or 0) == stored
        assert await api_log.find(tx, 10**6) is None
        (listed,) = await api_log.search(tx)
    assert listed == replace(
        stored,
        request_headers=None,
        request_body=None,
        response_headers=None,
        response_body=None,
    )
    assert heard == [Change(kind="api", key=str(stored.id))]


@pytest.mark.parametrize(
    ("matching", "expected"),
    [
        (ApiLogFilter(), [2, 1, 0]),
        (ApiLogFilter(order="PO-1"), [0]),
        (ApiLogFilter(statuses=(429,)), [1]),
        (ApiLogFilter(failed=True), [2, 1]),
        (ApiLogFilter(job_id=3), [2, 1, 0]),
        (ApiLogFilter(request_id="r-1"), [0]),
        (ApiLogFilter(text="reset"), [2]),
        (ApiLogFilter(since=NOW + timedelta(minutes=1)), [2, 1]),
        (ApiLogFilter(until=NOW + timedelta(minutes=1)), [0]),
    ],
)
async def test_filters(database: Database, matching: ApiLogFilter, expected: list[int]) -> None:
    calls = [
        CALL,
        replace(
            CALL,
            status=429,
            order_number=None,
            request_id="r-2",
            created_at=NOW + timedelta(minutes=1),
        ),
        replace(
            CALL,
            status=None,
            error="connection reset",
            order_number="PO-2",
            request_id="r-3",
            created_at=NOW + timedelta(minutes=2),
        ),
    ]
    async with database.write() as tx:
        ids = [(await api_log.append(tx, call)).id for call in calls]
        found = await api_log.search(tx, matching=matching)
        assert [each.id for each in found] == [ids[index] for index in expected]
        assert await api_log.count(tx, matching=matching) == len(expected)


async def test_pages_follow_each_other(database: Database) -> None:
    async with database.write() as tx:
        ids = [(await api_log.append(tx, CALL)).id for _ in range(5)]
        first = await api_log.search(tx, limit=3)
        second = await api_log.search(tx, limit=3, before=first[-1].id)
        assert [each.id for each in first + second] == ids[::-1]
        assert await api_log.prune(tx, older_than=NOW + timedelta(seconds=1)) == 5


async def test_a_very_long_path_is_cut(database: Database) -> None:
    async with database.write() as tx:
        stored = await api_log.append(tx, replace(CALL, path="/" * 5000))
        found = await api_log.find(tx, stored.id or 0)
    assert found is not None
    assert len(found.path) == 1024
