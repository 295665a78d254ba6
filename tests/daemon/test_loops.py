"""The daemon's own work, one turn at a time: watching, publishing, pruning, schedules."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder
from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.store import orders, sync_log
from lsync.core.store.database import Change, Transaction
from lsync.daemon.application import Application
from lsync.daemon.events import EventHub
from lsync.daemon.loops.pruning import RecordPruner
from lsync.daemon.loops.publishing import StatusPublisher
from lsync.daemon.loops.tasks import schedules
from lsync.daemon.loops.watching import ApprovalWatcher
from lsync.daemon.naming import worker_id
from lsync.daemon.operations.changes import load_changes
from tests.daemon.application import opened

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
async def application(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    async with opened(database_url, tmp_path) as application:
        yield application


async def add_order(application: Application, number: str, *, state: OrderState) -> None:
    order = PurchaseOrder(
        order_number=number,
        supplier="Acme",
        outlet="Main",
        state=state,
        lines=(OrderLine(line_no=1, sku="SKU-1", quantity=1),),  # type: ignore[arg-type]  # whole
    )
    async with application.database.write() as tx:
        await orders.insert(tx, order, now=NOW)


async def test_the_watcher_queues_what_another_program_approved_once(
    application: Application,
) -> None:
    watcher = ApprovalWatcher(application)
    await add_order(application, "PO-1", state=OrderState.APPROVED)
    await add_order(application, "PO-2", state=OrderState.DRAFT)
    assert await watcher.look() == 1
    assert await ApprovalWatcher(application).look() == 0


async def test_the_watcher_leaves_approvals_alone_if_told_so(
    database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url, tmp_path, sync__auto_on_approval=False) as application:
        await add_order(application, "PO-1", state=OrderState.APPROVED)
        assert await ApprovalWatcher(application).look() == 0


async def test_a_status_is_published_when_something_changed_and_somebody_listens(
    application: Application,
) -> None:
    hub = EventHub(boot="b", load=lambda changed: load_changes(application, changed))
    application.database.listen(hub.note)
    publisher = StatusPublisher(application, hub)
    await publisher.publish()
    with hub.subscribe() as listener:
        await publisher.publish()
        await publisher.publish()
        assert len(listener._waiting) == 1
        await add_order(application, "PO-1", state=OrderState.DRAFT)
        await publisher.publish()
        assert [event.kind for event in listener._waiting] == ["status", "status"]


async def test_changed_rows_are_loaded_as_their_messages(application: Application) -> None:
    changes: list[Change] = []
    application.database.listen(changes.append)
    await add_order(application, "PO-1", state=OrderState.APPROVED)
    await ApprovalWatcher(application).look()
    loaded = await load_changes(application, [(each.kind, each.key) for each in changes])
    kinds = {kind for kind, _ in loaded}
    assert {"order", "job", "log"} <= kinds
    order = next(data for kind, data in loaded if kind == "order")
    assert (order["order_number"], order["sync_state"]) == ("PO-1", "queued")


async def test_rows_that_are_gone_are_left_out(application: Application) -> None:
    gone = [("order", "PO-9"), ("job", "9"), ("log", "9"), ("api", "9"), ("webhook", "9")]
    assert await load_changes(application, [*gone, ("work", ""), ("job", "odd")]) == []


async def test_old_records_go_and_young_ones_stay(application: Application) -> None:
    async def add(tx: Transaction, age: timedelta) -> None:
        entry = SyncLogEntry(
            created_at=await tx.now() - age,
            operation="push",
            step="finish",
            status=LogStatus.OK,
            message="done",
        )
        await sync_log.append(tx, entry)

    async with application.database.write() as tx:
        await add(tx, timedelta(days=400))
        await add(tx, timedelta(days=1))
    assert await RecordPruner(application).prune() == 1
    assert await RecordPruner(application).prune() == 0


async def test_periodic_work_follows_the_settings(application: Application) -> None:
    planned = {plan.name: plan.every for plan in schedules(application.settings)}
    assert planned["poll"] == timedelta(seconds=60)
    assert planned["reconcile"] == timedelta(hours=1)
    assert planned["sweep"] == timedelta(days=1)
    assert "catalogue" in planned


async def test_a_worker_keeps_its_name_over_restarts_and_never_shares_it(
    database_url: str, tmp_path: Path
) -> None:
    names = []
    for place in ("a", "a", "b"):
        async with opened(
            database_url, tmp_path, daemon__state_dir=tmp_path / place
        ) as application:
            names.append(worker_id(application.settings))
    assert names[0] == names[1] != names[2]
    async with opened(database_url, tmp_path, daemon__name="warehouse-1") as application:
        assert worker_id(application.settings) == "warehouse-1"


async def test_the_watcher_queues_what_this_process_approved_in_the_tables(
    application: Application,
) -> None:
    watcher = ApprovalWatcher(application)
    assert await watcher.look() == 0
    await add_order(application, "PO-1", state=OrderState.APPROVED)
    assert await watcher.look() == 1
