"""One entry of the sync log, with the exchanges behind it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lsync.cli.log_view import print_entry
from lsync.cli.output import Output
from lsync.core.domain.records import ApiLogEntry, LogStatus, SyncLogEntry
from lsync.core.store import api_log, sync_log
from lsync.daemon.application import Application
from lsync.daemon.operations.records import find_log_entry, search_log
from tests.daemon.application import opened

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def call(request_id: str, status: int) -> ApiLogEntry:
    return ApiLogEntry(
        created_at=NOW,
        request_id=request_id,
        method="POST",
        path="/consignments",
        status=status,
        duration_ms=1.0,
        request_body='{"reference": "PO-1"}',
        response_body='{"id": "c-1"}',
    )


async def write(application: Application, requests: object) -> int:
    async with application.database.write() as tx:
        for request_id, status in (("r-1", 503), ("r-1", 201), ("r-2", 200), ("r-9", 200)):
            await api_log.append(tx, call(request_id, status))
        entry = SyncLogEntry(
            created_at=NOW,
            operation="push",
            step="create",
            status=LogStatus.OK,
            message="m",
            detail={"requests": requests},
        )
        return (await sync_log.append(tx, entry)).id or 0


async def test_an_entry_comes_with_its_exchanges_in_turn(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url, tmp_path) as application:
        number = await write(application, ["r-1", "r-2", "gone"])
        entry = await find_log_entry(application, number)
        assert [(each.request_id, each.status) for each in entry.calls] == [
            ("r-1", 503),
            ("r-1", 201),
            ("r-2", 200),
        ]
        assert entry.calls[0].request_body == '{"reference": "PO-1"}'
        (listed,) = await search_log(application, limit=1)
        assert listed.calls == (), "a list stays short"


async def test_a_detail_of_another_shape_does_no_harm(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url, tmp_path) as application:
        for requests in ("r-1", [1, None], {"r-1": 1}, None):
            number = await write(application, requests)
            assert (await find_log_entry(application, number)).calls == ()


async def test_request_and_answer_are_printed(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with opened(database_url, tmp_path) as application:
        entry = await find_log_entry(application, await write(application, ["r-2"]))
    print_entry(Output(), entry)
    told = capsys.readouterr().out
    assert "POST /consignments" in told
    assert '"reference": "PO-1"' in told
    assert "Answer 200" in told
    assert '"id": "c-1"' in told
