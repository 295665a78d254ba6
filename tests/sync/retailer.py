"""A back office, a simulated Lightspeed and the ledger that judges between them.

What Lightspeed holds is taken from the simulator's ledger of accepted writes, never from
lsync's database.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
from sqlalchemy import delete

from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder
from lsync.core.domain.outcome import Done, Outcome, Retry, Snooze
from lsync.core.lightspeed import (
    Budget,
    LightspeedError,
    MemoryBudget,
    StaticToken,
    XSeries,
    limit_for,
)
from lsync.core.queue import JobContext
from lsync.core.queue.concluding import Ended, conclude
from lsync.core.store import jobs, orders
from lsync.core.store.database import Database
from lsync.core.sync.attribution import ExchangeLog
from lsync.core.sync.catalogue import refresh_catalogue
from lsync.core.sync.engine import Engine, SyncRules
from lsync.core.sync.handlers import handlers
from lsync.core.sync.pull import pull_order
from lsync.core.sync.push import push_order
from lsync.core.sync.watermark import watermark
from lsync.simulator.app import create_app
from lsync.simulator.catalogue import sku_of
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.running import RunningSimulator
from lsync.simulator.world import World

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REGISTERS = 100
QUIET = timedelta(seconds=360)


class StillClock:
    """A clock that stands until it is moved; sleeping moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class After(httpx.AsyncBaseTransport):
    """Runs something right after the first call of a method was answered."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, method: str, run: Callable[[], Awaitable[None]]
    ) -> None:
        self._inner = inner
        self._method = method
        self._run = run

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        if request.method == self._method:
            self._method = ""
            await self._run()
        return response


@dataclass
class Consigned:
    """One consignment according to the ledger."""

    id: str
    reference: str | None
    status: str
    lines: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)


class Retailer:
    """Everything a sync needs, on one clock; over a socket if a running simulator is given."""

    def __init__(
        self,
        database: Database,
        *,
        clock: StillClock,
        rules: SyncRules | None = None,
        transport: Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport] = lambda it: it,
        products: int = 520,
        seed: int = 7,
        simulator: RunningSimulator | None = None,
        registers: int = REGISTERS,
        budget: Budget | None = None,
    ) -> None:
        self.clock = clock
        self.database = database
        if simulator is None:
            app = create_app(
                SimulatorConfig(clock=clock, registers=registers, products=products, seed=seed)
            )
            self.world: World = app.state.world
            self.wire: httpx.AsyncBaseTransport = httpx.ASGITransport(app)
            self.url = "http://shop"
        else:
            self.world, self.url = simulator.world, simulator.url
            self.wire = httpx.AsyncHTTPTransport()
        self.budget = budget or MemoryBudget(limit=limit_for(registers), clock=clock)
        self.control = httpx.AsyncClient(transport=self.wire, base_url=f"{self.url}/_sim")
        self.client = self._client(transport(self.wire))
        self.engine = Engine(
            database=database,
            client=self.client,
            rules=rules or SyncRules(quiet=QUIET),
            clock=clock,
        )

    def twin(self) -> "Retailer":
        """Another process on the same database and the same Lightspeed, without faults of ours."""
        other = copy(self)
        other.client = self._client(self.wire)
        other.engine = replace(self.engine, client=other.client)
        return other

    def _client(self, transport: httpx.AsyncBaseTransport) -> XSeries:
        return XSeries(
            base_url=f"{self.url}/api/2026-07",
            token=StaticToken(self.world.config.token),
            budget=self.budget,
            on_exchange=ExchangeLog(self.database),
            transport=transport,
            clock=self.clock,
            sleep=self.clock.sleep,
        )

    async def open(self) -> None:
        """Read the catalogue and the highest version, as a daemon does when it starts."""
        await refresh_catalogue(self.engine)
        await watermark(self.engine)

    async def lose_all_records(self) -> None:
        """Empty lsync's database; Lightspeed keeps what it has."""
        async with self.database.write() as tx:
            for table in reversed(self.database.tables.metadata.sorted_tables):
                await tx.execute(delete(table))

    async def approve(
        self,
        number: str = "PO-1",
        lines: int | tuple[OrderLine, ...] = 3,
        **changes: object,
    ) -> PurchaseOrder:
        """Store an approved order; a number of lines means the first orderable products."""
        values: dict[str, Any] = {
            "supplier": "Northwind Wholesale",
            "outlet": "Main Street",
            "state": OrderState.APPROVED,
            "lines": order_lines(lines) if isinstance(lines, int) else lines,
            **changes,
        }
        async with self.database.write() as tx:
            order = PurchaseOrder(order_number=number, **values)
            return await orders.insert(tx, order, now=self.clock())

    async def order(self, number: str = "PO-1") -> PurchaseOrder:
        async with self.database.read() as tx:
            found = await orders.find(tx, number)
        assert found is not None
        return found

    async def push(self, number: str = "PO-1", **options: Any) -> Outcome:
        return await push_order(self.engine, number, **options)

    async def pull(self, number: str = "PO-1") -> Outcome:
        return await pull_order(self.engine, number)

    async def run_jobs(self, *, most: int = 500) -> list[tuple[str, Outcome]]:
        """Run what is due, one job at a time, as a worker does; return what came of each."""
        ran: list[tuple[str, Outcome]] = []
        works = handlers(self.engine)
        request = jobs.Claim(
            worker_id="w", types=works.keys(), limit=1, lease=timedelta(seconds=30)
        )
        while len(ran) < most:
            async with self.database.write() as tx:
                claimed = await jobs.claim(tx, request, now=self.clock())
            if not claimed:
                return ran
            outcome = await works[claimed[0].type](JobContext(job=claimed[0]))
            delays = [timedelta(seconds=60)]
            ended = conclude(
                Ended(job=claimed[0], outcome=outcome), delays=delays, now=self.clock()
            )
            async with self.database.write() as tx:
                await jobs.acknowledge(tx, [ended], now=self.clock())
            ran.append((claimed[0].type, outcome))
        raise AssertionError("the queue never runs empty")

    async def queue(self, *wanted: jobs.NewJob) -> None:
        async with self.database.write() as tx:
            await jobs.enqueue_batch(tx, wanted, now=self.clock())

    async def push_to_the_end(self, number: str = "PO-1", *, rounds: int = 60) -> Outcome:
        """Push again after every failure and rest, as the queue would, until it ends."""
        for _ in range(rounds):
            try:
                outcome = await self.push(number)
            except LightspeedError:
                self.clock.move(timedelta(seconds=60))
                continue
            match outcome:
                case Snooze(until=until):
                    self.clock.move(max(until - self.clock(), timedelta()))
                case Retry():
                    self.clock.move(timedelta(seconds=60))
                case _:
                    return outcome
        raise AssertionError("the push never ended")

    async def fault(self, name: str, **options: object) -> None:
        answer = await self.control.post("/faults", json={"name": name, **options})
        assert answer.is_success, answer.text

    async def clear_faults(self) -> None:
        await self.control.delete("/faults")

    async def receive(self, consignment_id: str, **body: object) -> dict[str, Any]:
        answer = await self.control.post(f"/consignments/{consignment_id}/receive", json=body)
        assert answer.is_success, answer.text
        return dict(answer.json())

    @property
    def calls(self) -> int:
        """Calls that arrived at Lightspeed."""
        return int(self.world.calls.shown(recent=0)["total"])

    async def ledger(self) -> dict[str, Consigned]:
        """Every consignment that was ever created and not deleted, from the accepted writes."""
        answer = await self.control.get("/ledger")
        found: dict[str, Consigned] = {}
        for entry in answer.json():
            _apply(found, entry)
        return found


def _apply(found: dict[str, Consigned], entry: Mapping[str, Any]) -> None:
    effect, consignment_id = entry["effect"], entry["consignment_id"]
    if created := effect.get("created"):
        found[consignment_id] = Consigned(
            id=consignment_id, reference=created["reference"], status=created["status"]
        )
    if "deleted" in effect:
        del found[consignment_id]
        return
    consigned = found.get(consignment_id)
    if consigned is None:
        return
    for line in effect.get("lines", ()):
        if "removed" in line:
            del consigned.lines[line["product_id"]]
        else:
            count, cost = line["count"][1], line["cost"][1]
            consigned.lines[line["product_id"]] = (Decimal(count), Decimal(cost))
    if status := effect.get("changed", {}).get("status"):
        consigned.status = status[1]


def orderable(count: int) -> list[str]:
    """The first SKUs of the simulated shop that may be ordered."""
    numbers: list[int] = []
    number = 0
    while len(numbers) < count:
        number += 1
        if number % 50 and number % 100 not in {77, 99}:
            numbers.append(number)
    return [sku_of(number) for number in numbers]


def order_lines(count: int) -> tuple[OrderLine, ...]:
    return tuple(
        OrderLine(
            line_no=place,
            sku=sku,
            quantity=Decimal(place % 7 + 1),
            unit_cost=Decimal(place % 90 + 10) / 4,
        )
        for place, sku in enumerate(orderable(count), start=1)
    )


async def assert_exactly_once(retailer: Retailer, *numbers: str, status: str = "SENT") -> None:
    """Each order has one consignment in the ledger, and every line is as ordered."""
    ledger = await retailer.ledger()
    products = {row.fields["sku"]: row.id for row in retailer.world.products}
    for number in numbers:
        order = await retailer.order(number)
        (consigned,) = [it for it in ledger.values() if it.reference == number]
        wanted = {products[line.sku]: (line.quantity, line.unit_cost) for line in order.lines}
        assert consigned.lines == wanted
        assert consigned.status == status
        assert order.consignment_id == consigned.id
    assert len(ledger) == len(numbers)


def done(outcome: Outcome) -> Done:
    assert isinstance(outcome, Done), outcome
    return outcome
