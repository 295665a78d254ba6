"""Orders of a back office's own tables: in once, changed, cancelled, written back, or explained."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from lsync.core.domain.order import OrderState, PurchaseOrder, SyncState
from lsync.core.domain.records import LogStatus
from lsync.core.store import orders, source_links, sync_log
from lsync.core.store.database import Database
from lsync.core.store.source_layout import SourceLayout
from lsync.core.store.source_reading import database_at, key_of, value_of
from lsync.core.store.source_tables import SourceUnreadable
from lsync.core.store.sync_log import LogFilter
from lsync.core.sync.approving import ApprovalRules
from lsync.core.sync.push_queueing import queue_unqueued
from lsync.core.sync.source_looking import SourceLooker
from lsync.core.sync.source_telling import OrderSource
from tests.databases import MariaDB
from tests.sync.back_office import BackOffice, back_office, layout
from tests.sync.retailer import Retailer, StillClock, assert_exactly_once, orderable

ONE, TWO, THREE = orderable(3)
LINES: list[tuple[str, object, object]] = [(ONE, "2", "2.50"), (TWO, "3.5", "0.75")]


@dataclass
class Scene:
    """A back office, lsync between, and a simulated Lightspeed."""

    office: BackOffice
    retailer: Retailer
    there: Database
    layout: SourceLayout = field(default_factory=layout)
    rules: ApprovalRules = field(default_factory=ApprovalRules)
    looker: SourceLooker = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    @property
    def source(self) -> OrderSource:
        return OrderSource(
            holder="one", own=self.retailer.database, there=self.there, layout=self.layout
        )

    def restart(self, **changes: Any) -> None:
        """What a new process knows: the databases, nothing else."""
        if changes:
            self.layout = layout(**changes)
        self.looker = SourceLooker(
            self.source,
            rules=self.rules,
            compare_every=timedelta(seconds=60),
            clock=self.retailer.clock,
        )

    async def look(self) -> int:
        done = await self.looker.look()
        await self.looker.write_back()
        return done

    async def settle(self) -> None:
        """Look, sync whatever follows, and write back."""
        await self.look()
        await queue_unqueued(self.retailer.database, max_attempts=4)
        await self.retailer.run_jobs()
        await self.look()

    async def compare(self) -> int:
        """The look at every open order, line by line."""
        self.retailer.clock.move(timedelta(seconds=61))
        return await self.look()

    async def order(self, number: str = "PO-1") -> PurchaseOrder:
        return await self.retailer.order(number)

    async def known(self, number: str) -> bool:
        async with self.retailer.database.read() as tx:
            return await orders.find(tx, number) is not None

    async def faults(self) -> list[tuple[str, ...]]:
        async with self.retailer.database.read() as tx:
            found = await source_links.refused(tx, self.layout.name, limit=50)
        return [link.faults for link in found]

    async def refusals(self) -> list[str]:
        """What the log says of refused rows, oldest first."""
        matching = LogFilter(operations=("source",), statuses=(LogStatus.FAILED,))
        async with self.retailer.database.read() as tx:
            found = await sync_log.search(tx, matching=matching)
        return [entry.message for entry in reversed(found)]


@pytest.fixture
def office(
    database_kind: str, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[BackOffice]:
    server: MariaDB | None = None
    if database_kind == "mariadb":
        server = request.getfixturevalue("mariadb")
    with back_office(database_kind, server, tmp_path / "lsync.db") as made:
        yield made


@pytest.fixture
async def scene(office: BackOffice, either: Database, clock: StillClock) -> AsyncIterator[Scene]:
    retailer = Retailer(either, clock=clock, products=20)
    await retailer.open()
    there = either if office.server is None else database_at(office.url)
    try:
        yield Scene(office, retailer, there)
    finally:
        if there is not either:
            await there.aclose()


async def test_an_approved_row_becomes_one_consignment_and_its_id_is_written_back(
    scene: Scene,
) -> None:
    scene.office.enter("PO-1", LINES, due="2026-12-24", select="Ring twice")
    before = scene.office.everything_else()
    assert await scene.look() == 1
    assert scene.office.written("PO-1") == (None, "queued")
    await scene.settle()
    await assert_exactly_once(scene.retailer, "PO-1")
    order = await scene.order()
    assert (order.state, order.note) == (OrderState.SUBMITTED, "Ring twice")
    assert str(order.due_date) == "2026-12-24"
    assert scene.office.written("PO-1") == (order.consignment_id, "synced")
    assert scene.office.everything_else() == before
    assert await scene.look() == 0


async def test_each_approved_revision_comes_in_once_whoever_looks(scene: Scene) -> None:
    scene.office.enter("PO-1", LINES)
    scene.office.enter("PO-2", LINES, status="Draft")
    await scene.settle()
    scene.restart()
    await scene.settle()
    await scene.compare()
    order = await scene.order()
    assert order.revision == 1
    assert not await scene.known("PO-2")
    scene.office.set("PO-2", status="Ordered")
    assert await scene.look() == 1
    assert await scene.known("PO-2")


async def test_an_edited_quantity_goes_out_as_a_change(scene: Scene) -> None:
    identity = scene.office.enter("PO-1", LINES)
    await scene.settle()
    scene.office.run(
        "UPDATE po_lines SET qty = 7 WHERE header = ? AND position = 2", values=(identity,)
    )
    assert await scene.compare() == 1
    await scene.settle()
    assert [line.quantity for line in (await scene.order()).lines] == [2, 7]
    await assert_exactly_once(scene.retailer, "PO-1")
    assert (await scene.order()).sync_state is SyncState.SYNCED


async def test_an_edit_keeps_the_numbers_and_receipts_of_the_lines(scene: Scene) -> None:
    identity = scene.office.enter("PO-1", LINES)
    await scene.settle()
    async with scene.retailer.database.write() as tx:
        order = await orders.find(tx, "PO-1")
        assert order is not None
        assert order.id is not None
        received = {2: Decimal(1)}
        await orders.put_received(tx, order.id, received=received, now=scene.retailer.clock())
    scene.office.run(
        "UPDATE po_lines SET position = 9 WHERE header = ? AND position = 1", values=(identity,)
    )
    scene.office.add_line(identity, THREE, 4, 1, 1)
    assert await scene.compare() == 1
    lines = [(it.line_no, it.sku, int(it.received)) for it in (await scene.order()).lines]
    assert lines == [(1, ONE, 0), (2, TWO, 1), (3, THREE, 0)]


async def test_a_cancelled_row_cancels_the_consignment(scene: Scene) -> None:
    scene.office.enter("PO-1", LINES)
    await scene.settle()
    scene.office.set("PO-1", status="Void")
    await scene.settle()
    assert [it.status for it in (await scene.retailer.ledger()).values()] == ["CANCELLED"]
    assert (await scene.order()).state is OrderState.CANCELLED


async def test_what_was_cancelled_before_lsync_came_is_left_alone(scene: Scene) -> None:
    scene.office.enter("PO-1", LINES, status="Void")
    assert await scene.look() == 0
    scene.restart()
    assert await scene.look() == 0
    assert scene.office.written("PO-1") == (None, None)
    assert not await scene.known("PO-1")


async def test_a_process_killed_before_the_write_back_writes_after_its_restart(
    scene: Scene,
) -> None:
    scene.office.enter("PO-1", LINES)
    await scene.looker.look()
    await scene.retailer.run_jobs()
    assert scene.office.written("PO-1") == (None, None)
    scene.restart()
    await scene.look()
    order = await scene.order()
    assert scene.office.written("PO-1") == (order.consignment_id, "synced")
    await assert_exactly_once(scene.retailer, "PO-1")


async def test_a_row_that_names_a_consignment_is_taken_over_and_never_created_anew(
    scene: Scene,
) -> None:
    scene.office.enter("PO-1", LINES)
    await scene.settle()
    consignment, _ = scene.office.written("PO-1")
    await scene.retailer.lose_all_records()
    await scene.retailer.open()
    scene.restart()
    await scene.settle()
    await scene.settle()
    assert len(await scene.retailer.ledger()) == 1
    order = await scene.order()
    assert (order.consignment_id, order.state) == (consignment, OrderState.SUBMITTED)


async def test_two_rows_of_one_number_make_one_order_and_one_refusal(scene: Scene) -> None:
    first = scene.office.enter("PO-1", LINES)
    second = scene.office.enter("PO-1", [(THREE, "9", "9")])
    await scene.settle()
    await assert_exactly_once(scene.retailer, "PO-1")
    assert [line.sku for line in (await scene.order()).lines] == [ONE, TWO]
    ((fault,),) = await scene.faults()
    assert f"the row with id {first} has the same order number" in fault
    rows = scene.office.run('SELECT header_id, ls_status FROM "po headers" ORDER BY header_id')
    assert rows == [(first, "synced"), (second, "failed")]
    scene.office.run(
        'UPDATE "po headers" SET "order no" = \'PO-9\' WHERE header_id = ?', values=(second,)
    )
    await scene.settle()
    assert await scene.known("PO-9")
    assert await scene.faults() == []


async def test_a_header_without_lines_waits_for_them_and_says_so(scene: Scene) -> None:
    identity = scene.office.enter("PO-1", [])
    await scene.look()
    assert not await scene.known("PO-1")
    assert scene.office.written("PO-1") == (None, "failed")
    assert "no lines yet" in (await scene.refusals())[0]
    scene.office.add_line(identity, ONE, 4, 1, 1)
    for _ in range(8):
        await scene.look()
    assert await scene.known("PO-1")
    assert len(await scene.refusals()) == 1


async def test_everything_wrong_with_an_order_is_told_at_once_and_nothing_comes_in(
    scene: Scene,
) -> None:
    scene.office.enter("PO-1", [(ONE, "2", "-1"), ("", "3", None)], vendor=None)
    scene.office.enter("PO-2", LINES)
    with capture_logs() as logged:
        await scene.look()
        assert await scene.known("PO-2")
        assert not await scene.known("PO-1")
        told = "; ".join((await scene.faults())[0])
        for each in ("supplier is missing", "unit_cost is negative", "unit_cost is missing"):
            assert each in told
        await scene.compare()
    assert len(await scene.refusals()) == 1
    assert [it["order"] for it in logged if it["log_level"] == "error"] == ["PO-1"]


async def test_hostile_text_is_refused_or_kept_as_text(scene: Scene) -> None:
    scene.office.enter("PO-\x1b[2J", LINES)
    scene.office.enter("PO-1", LINES, select="'; DROP TABLE po_lines; -- [red]")
    scene.office.enter("PO-2", [("x\u202e\x07'\"`%s", "1", "1")])
    scene.office.enter("x" * 240, LINES)
    await scene.settle()
    assert (await scene.order()).note == "'; DROP TABLE po_lines; -- [red]"
    refusals = await scene.refusals()
    assert len(refusals) == 3
    assert all(text.isprintable() for text in refusals)
    assert not await scene.known("PO-2")
    await assert_exactly_once(scene.retailer, "PO-1")


async def test_a_change_that_cannot_be_taken_any_more_leaves_the_order_and_is_told(
    scene: Scene,
) -> None:
    scene.office.enter("PO-1", LINES)
    await scene.settle()
    (consignment,) = scene.retailer.world.consignments
    await scene.retailer.receive(consignment.id)
    await scene.retailer.pull()
    scene.office.set("PO-1", vendor="Somebody else")
    await scene.look()
    assert (await scene.order()).supplier == "Northwind Wholesale"
    ((fault, *changes),) = await scene.faults()
    assert "received here and was left as it is" in fault
    assert changes == ["supplier: Northwind Wholesale → Somebody else"]
    scene.office.set("PO-1", status="Void")
    await scene.look()
    assert (await scene.order()).state is OrderState.RECEIVED


async def test_a_row_that_went_away_is_not_written(scene: Scene) -> None:
    first = scene.office.enter("PO-1", LINES)
    await scene.look()
    scene.office.run(
        "UPDATE \"po headers\" SET \"order no\" = 'OTHER', ls_status = NULL, status = 'Draft'"
        " WHERE header_id = ?",
        values=(first,),
    )
    await scene.retailer.run_jobs()
    await scene.look()
    assert scene.office.written("OTHER") == (None, None)


async def test_an_order_that_was_imported_before_is_approved_not_doubled(scene: Scene) -> None:
    await scene.retailer.approve("PO-1", 2, state=OrderState.DRAFT)
    scene.office.enter("PO-1", LINES)
    await scene.settle()
    await assert_exactly_once(scene.retailer, "PO-1")
    assert [line.quantity for line in (await scene.order()).lines] == [Decimal(2), Decimal("3.5")]


async def test_approvals_wait_for_a_person_where_they_should(scene: Scene) -> None:
    scene.rules = ApprovalRules(auto_queue=False)
    scene.restart()
    scene.office.enter("PO-1", LINES)
    await scene.look()
    assert (await scene.order()).sync_state is SyncState.NOT_SYNCED
    assert scene.office.written("PO-1") == (None, "not_synced")


async def test_old_orders_are_left_alone_and_news_is_found_by_its_time(scene: Scene) -> None:
    scene.restart(changed_column="updated_at", since="2020-01-01")
    scene.office.enter("OLD", LINES, updated_at="2019-12-31 23:59:59")
    scene.office.enter("NEW", LINES, updated_at="2026-11-01 10:00:00")
    await scene.look()
    assert not await scene.known("OLD")
    assert await scene.known("NEW")
    scene.office.enter("LATE", LINES, updated_at="2026-11-01 09:51:00")
    await scene.look()
    assert await scene.known("LATE")


async def test_a_quiet_look_reads_no_lines_and_writes_nothing(scene: Scene) -> None:
    scene.office.enter("PO-1", LINES)
    await scene.settle()
    await scene.look()
    scene.office.run("DROP TABLE po_lines")
    assert await scene.looker.look() == 0
    with pytest.raises(SourceUnreadable, match="order tables cannot be used"):
        await scene.compare()


async def test_a_refused_row_is_looked_at_again_though_no_header_changes(scene: Scene) -> None:
    scene.office.enter("PO-1", LINES)
    identity = scene.office.enter("PO-2", [("", 1, 1)])
    await scene.look()
    scene.office.run(
        "UPDATE po_lines SET article = 'SKU-0001' WHERE header = ?", values=(identity,)
    )
    for _ in range(8):
        await scene.look()
    assert await scene.known("PO-2")


@pytest.mark.parametrize(
    "change", [{"vendor": "Other"}, {"due": "2026-12-31"}, {"select": ""}, {"status": "Void"}]
)
async def test_any_change_of_a_header_is_news(scene: Scene, change: dict[str, str]) -> None:
    scene.office.enter("PO-1", LINES)
    await scene.look()
    assert await scene.look() == 0
    scene.office.set("PO-1", **change)
    assert await scene.look() == (0 if change == {"select": ""} else 1)


@pytest.mark.parametrize("value", [7, "7", "a-b", b"\x00\xff", Decimal(7)])
def test_an_id_is_found_again_by_its_own_type(value: Any) -> None:
    assert value_of(key_of(value)) == value
    assert key_of(7) != key_of("7")
