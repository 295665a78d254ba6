"""Two daemons on one database with the same back office's tables: one of them does each thing."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from lsync.core.domain.order import OrderState
from lsync.core.store import source_links, source_reading, source_writing, sync_log
from lsync.core.store.database import Database
from lsync.core.store.errors import DatabaseBusy
from lsync.core.store.jobs import JobFilter, listing
from lsync.core.store.source_reading import database_at
from lsync.core.store.source_writing import write_row
from lsync.core.store.sync_log import LogFilter
from lsync.core.sync import source_telling
from lsync.core.sync.approving import ApprovalRules
from lsync.core.sync.source_importing import take_in
from lsync.core.sync.source_looking import SourceLooker
from lsync.core.sync.source_telling import OrderSource, tell_all
from tests.databases import MariaDB
from tests.sync.back_office import BackOffice, back_office, layout
from tests.sync.retailer import Retailer, StillClock, assert_exactly_once, orderable

pytestmark = pytest.mark.mariadb

ONE, TWO, THREE = orderable(3)
LINES: list[tuple[str, object, object]] = [(ONE, "2", "2.50"), (TWO, "3.5", "0.75")]

COMPARED = timedelta(seconds=2)
"""How often open orders are compared here: short beside the lease of the one that writes."""

WRITES = (
    "CREATE TABLE writes (id INTEGER PRIMARY KEY AUTO_INCREMENT, header_id INTEGER,"
    " consignment VARCHAR(64), status VARCHAR(32), synced_at DATETIME)"
)
NOTING = (
    'CREATE TRIGGER noting AFTER UPDATE ON "po headers" FOR EACH ROW'
    " INSERT INTO writes (header_id, consignment, status, synced_at) SELECT NEW.header_id,"
    " NEW.ls_consignment, NEW.ls_status, NEW.ls_synced_at FROM DUAL"
    ' WHERE OLD."select" <=> NEW."select"'
)
"""Every update but the back office's own ones, which all change the note."""


@dataclass
class Daemon:
    """What a daemon has of its own: its connections, and what it remembers of the rows."""

    source: OrderSource
    looker: SourceLooker

    async def look(self) -> int:
        done = await self.looker.look()
        await self.looker.write_back()
        return done


@dataclass
class Scene:
    """Two daemons, the back office that both look at, and a simulated Lightspeed."""

    office: BackOffice
    retailer: Retailer
    daemons: tuple[Daemon, Daemon]

    async def look(self) -> None:
        await asyncio.gather(*(daemon.look() for daemon in self.daemons))

    async def compare(self) -> None:
        """Both look at every open order, line by line."""
        self.retailer.clock.move(COMPARED)
        await self.look()

    async def told(self, step: str) -> Counter[str | None]:
        """How often the log says so, by order."""
        matching = LogFilter(operations=("source",), steps=(step,))
        async with self.retailer.database.read() as tx:
            found = await sync_log.search(tx, matching=matching, limit=1000)
        return Counter(entry.order_number for entry in found)

    def writes(self) -> dict[int, list[tuple[object, ...]]]:
        """What was written into each row, one after the other."""
        found: dict[int, list[tuple[object, ...]]] = {}
        statement = "SELECT header_id, consignment, status, synced_at FROM writes ORDER BY id"
        for header, *values in self.office.run(statement):
            found.setdefault(header, []).append(tuple(values))
        return found


@pytest.fixture
async def scene(
    mariadb: MariaDB, database_url: str, tmp_path: Path, clock: StillClock
) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        office = stack.enter_context(back_office("mariadb", mariadb, tmp_path))
        office.run(WRITES, NOTING)
        daemons = []
        for holder in ("first", "second"):
            own = await stack.enter_async_context(await Database.open(database_url, clock=clock))
            there = await stack.enter_async_context(database_at(office.url))
            source = OrderSource(holder=holder, own=own, there=there, layout=layout())
            looker = SourceLooker(
                source,
                rules=ApprovalRules(),
                compare_every=COMPARED,
                clock=clock,
            )
            daemons.append(Daemon(source, looker))
        retailer = Retailer(daemons[0].source.own, clock=clock, products=20)
        await retailer.open()
        first, second = daemons
        yield Scene(office, retailer, (first, second))


both = pytest.mark.parametrize("database_kind", ["mariadb"])


@both
async def test_what_both_see_at_once_comes_in_once_and_is_written_back_once(scene: Scene) -> None:
    numbers = [f"PO-{it}" for it in range(12)]
    for number in numbers:
        scene.office.enter(number, LINES)
    await scene.look()
    await scene.retailer.run_jobs()
    for _ in range(8):
        await scene.look()
    await assert_exactly_once(scene.retailer, *numbers)
    assert await scene.told("created") == Counter(numbers)
    for number in numbers:
        order = await scene.retailer.order(number)
        assert order.revision == 1
        assert scene.office.written(number) == (order.consignment_id, "synced")
    assert_written_once(scene)


def assert_written_once(scene: Scene) -> None:
    for row in scene.writes().values():
        assert all(one != other for one, other in pairwise(row)), row


def edit(office: BackOffice, row: int, quantity: Decimal, *, note: str) -> None:
    """Change the first line of an order as a person there would: line by line, header last."""
    office.run(
        "UPDATE po_lines SET qty = ? WHERE header = ? AND position = 1", values=(quantity, row)
    )
    office.run('UPDATE "po headers" SET "select" = ? WHERE header_id = ?', values=(note, row))


@both
@pytest.mark.parametrize("seed", range(3))
async def test_whatever_the_back_office_does_both_together_follow_it(
    scene: Scene, seed: int
) -> None:
    """Entered, edited line by line, refused and cancelled while both look all the time."""
    chance = random.Random(seed)
    office, expected = scene.office, {}
    rows: dict[str, int] = {}
    stop = asyncio.Event()

    async def loop(daemon: Daemon) -> None:
        while not stop.is_set():
            await daemon.look()
            await asyncio.sleep(0)

    loops = [asyncio.create_task(loop(daemon)) for daemon in scene.daemons]
    for step in range(40):
        number = f"PO-{chance.randrange(8)}"
        if number not in rows:
            rows[number] = await asyncio.to_thread(office.enter, number, LINES, select="0")
            expected[number] = Decimal(2)
        else:
            expected[number] = Decimal(chance.randint(1, 99))
            await asyncio.to_thread(edit, office, rows[number], expected[number], note=str(step))
        for _ in range(chance.randrange(4)):
            await asyncio.sleep(0.005)
        scene.retailer.clock.move(chance.choice((timedelta(), COMPARED)))
    await asyncio.sleep(0)
    stop.set()
    await asyncio.gather(*loops)
    for _ in range(10):
        await scene.compare()
    for number, quantity in expected.items():
        order = await scene.retailer.order(number)
        assert order.lines[0].quantity == quantity
        assert order.state is OrderState.APPROVED
    assert await scene.told("created") == Counter(list(rows))
    changed = await scene.told("changed")
    for number in rows:
        assert (await scene.retailer.order(number)).revision == 1 + changed[number]
    assert_written_once(scene)
    async with scene.retailer.database.read() as tx:
        waiting = await listing(tx, JobFilter(type="sync.push"))
    assert Counter(str(job.payload["order_number"]) for job in waiting) == Counter(list(rows))


@both
async def test_what_was_read_before_another_daemon_took_newer_lines_is_not_taken(
    scene: Scene,
) -> None:
    row = scene.office.enter("PO-1", LINES)
    await scene.look()
    first, second = scene.daemons
    key = source_reading.key_of(row)
    name = layout().name
    await asyncio.to_thread(edit, scene.office, row, Decimal(5), note="5")
    async with first.source.own.read() as tx:
        before = await source_links.find_many(tx, name, [key])
    async with source_reading.reading(first.source.there) as tx:
        old = await source_reading.documents(tx, layout(), [key])
    await asyncio.to_thread(edit, scene.office, row, Decimal(9), note="9")
    assert await second.look() == 1
    assert await take_in(first.source.own, name, old, before=before, rules=ApprovalRules()) == []
    order = await scene.retailer.order("PO-1")
    assert (order.revision, order.lines[0].quantity) == (2, Decimal(9))


@both
async def test_a_row_refused_by_both_is_told_once(scene: Scene, mariadb: MariaDB) -> None:
    """Both have read it, and both wait for the moment in which they may take it in."""
    scene.office.enter("PO-1", [("", "2", "1")])
    waiting = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
    async with scene.retailer.database.write() as tx:
        await source_links.lock(tx)
        looks = [asyncio.create_task(daemon.looker.look()) for daemon in scene.daemons]
        while await asyncio.to_thread(mariadb.admin, waiting) != [(2,)]:
            assert not any(look.done() for look in looks)
            await asyncio.sleep(0.2)  # the view is not brought up to date for who looks more often
    await asyncio.gather(*looks)
    assert await scene.told("refused") == Counter(["PO-1"])


@both
async def test_a_daemon_that_was_paused_while_it_wrote_leaves_no_old_answer(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It wakes after another one has written what is so since, and before that is remembered."""
    scene.office.enter("PO-1", LINES)
    first, second = scene.daemons
    await first.looker.look()
    newer_is_there, older_is_remembered = asyncio.Event(), asyncio.Event()

    async def write_newer(*given: Any) -> bool:
        monkeypatch.setattr(source_telling, "write_row", write_row)
        done = await write_row(*given)
        newer_is_there.set()
        await older_is_remembered.wait()
        return done

    async def write_late(*given: Any) -> bool:
        monkeypatch.setattr(source_telling, "write_row", write_newer)
        scene.retailer.clock.move(source_telling.DURATION)
        await scene.retailer.run_jobs()
        others.append(asyncio.create_task(tell_all(second.source)))
        await newer_is_there.wait()
        assert scene.office.written("PO-1")[1] == "synced"
        return await write_row(*given)

    others: list[asyncio.Task[int]] = []
    monkeypatch.setattr(source_telling, "write_row", write_late)
    await first.looker.write_back()
    assert scene.office.written("PO-1") == (None, "queued")
    older_is_remembered.set()
    assert [await other for other in others] == [2]
    order = await scene.retailer.order("PO-1")
    assert scene.office.written("PO-1") == (order.consignment_id, "synced")


@both
async def test_a_row_that_the_back_office_holds_is_written_once_it_lets_go(scene: Scene) -> None:
    """A deadlock with the back office's own program, in which lsync's statement is given up."""
    scene.office.enter("PO-1", LINES)
    failed = DatabaseBusy("turned away", why="a deadlock", next_step="again")
    first, _ = scene.daemons
    await first.looker.look()
    tries = iter([failed, failed])

    original = source_writing.write_back

    async def turned_away(*given: Any) -> bool:
        error = next(tries, None)
        if error is not None:
            raise error
        done: bool = await original(*given)
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source_writing, "write_back", turned_away)
        assert await first.looker.write_back() == 1
    assert scene.office.written("PO-1") == (None, "queued")


@both
async def test_a_daemon_that_died_while_it_wrote_goes_on_at_once_when_it_is_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another daemon waits until the lease of the dead one is over."""
    scene.office.enter("PO-1", LINES)
    first, second = scene.daemons
    await first.looker.look()
    with monkeypatch.context() as patch:
        patch.setattr(source_telling, "_write_some", dying)
        patch.setattr(source_telling, "_give_back", dying)
        with pytest.raises(KeyboardInterrupt):
            await tell_all(first.source)
    assert await tell_all(second.source) == 0
    assert await tell_all(first.source) == 1
    assert scene.office.written("PO-1") == (None, "queued")


async def dying(*_given: object) -> None:
    raise KeyboardInterrupt
