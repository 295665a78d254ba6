"""Same seed, same run; and the ledger alone tells the state."""

from decimal import Decimal
from typing import Any

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from lsync.simulator.catalogue import sku_of
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.consignments import lines, rules, writing
from lsync.simulator.consignments.receiving import receive
from lsync.simulator.consignments.till import cancel
from lsync.simulator.entities import Consignment
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal
from lsync.simulator.world import World
from tests.simulator.shop import Shop, StillClock

WEATHER = {"lost_reply": 0.2, "5xx": 0.1, "late_execution": 0.1, "429_storm": 0.1}


async def run(seed: int) -> tuple[Any, Any]:
    shop = Shop(SimulatorConfig(seed=seed, products=20, clock=StillClock(), faults=WEATHER))
    for number in range(60):
        try:
            await shop.api.post("/consignments", json=shop.order_body(name=f"n{number}"))
        except httpx.TransportError:
            await shop.control.post("/clock", json={"advance": 7})
    calls = (await shop.control.get("/calls", params={"recent": "100"})).json()["recent"]
    return (await shop.control.get("/ledger")).json(), calls


async def test_the_same_seed_makes_the_same_run() -> None:
    assert await run(7) == await run(7)
    assert await run(7) != await run(8)


NUMBERS = st.integers(1, 4)
AMOUNTS = st.decimals("0", "50", places=2)


class ShopFloor(RuleBasedStateMachine):
    """Callers and clerks do as they like to one order; refusals change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(SimulatorConfig(products=6, clock=StillClock()))
        self.outlet = next(iter(self.world.outlets)).id
        body = {"name": "n", "type": "SUPPLIER", "outlet_id": self.outlet}
        self.order, _ = writing.create_consignment(self.world, body)
        self.opening = {n: self._level(n) for n in range(1, 5)}
        self.replayed: dict[str, Decimal] = {}
        self.ended: dict[str, Any] | None = None

    def _product(self, number: int) -> str:
        return self.world.products_with_sku(sku_of(number))[0].id

    def _level(self, number: int) -> Decimal:
        level = self.world.stock_of(self._product(number), self.outlet)
        assert level is not None
        return level.level

    def _attempt(self, deed: Any) -> None:
        before = self._picture()
        try:
            effect: Effect = deed()
        except Refusal:
            assert self._picture() == before
            return
        for change in effect.changes.get("lines", []):
            if "removed" in change:
                self.replayed.pop(change["product_id"])
            else:
                self.replayed[change["product_id"]] = Decimal(change["count"][1])

    def _picture(self) -> Any:
        return self.order.shown(), [line.shown() for line in self.order.lines]

    @rule(number=NUMBERS, amount=AMOUNTS, field=st.sampled_from(["count", "received"]))
    def bulk(self, number: int, amount: Decimal, field: str) -> None:
        line = lines.read_line({"product_id": self._product(number), field: str(amount)})
        self._attempt(lambda: lines.change_in_bulk(self.world, self.order, [line])[1])

    @rule(number=NUMBERS, amount=AMOUNTS)
    def set_count(self, number: int, amount: Decimal) -> None:
        line = lines.read_line({"product_id": self._product(number), "count": str(amount)})
        self._attempt(lambda: lines.set_line(self.world, self.order, line)[1])

    @rule(number=NUMBERS)
    def remove(self, number: int) -> None:
        product = self._product(number)
        self._attempt(lambda: lines.remove_line(self.world, self.order, product))

    @rule(status=st.sampled_from(sorted(rules.STATUSES)))
    def set_status(self, status: str) -> None:
        body = {"name": "n", "type": "SUPPLIER", "outlet_id": self.outlet, "status": status}
        self._attempt(lambda: writing.update_consignment(self.world, self.order, body)[1])

    @rule(amounts=st.dictionaries(NUMBERS, AMOUNTS, max_size=4))
    def receive_some(self, amounts: dict[int, Decimal]) -> None:
        body = {"lines": {sku_of(number): str(amount) for number, amount in amounts.items()}}
        self._attempt(lambda: receive(self.world, self.order, body))

    @rule()
    def cancel(self) -> None:
        self._attempt(lambda: cancel(self.world, self.order, {}))

    @invariant()
    def the_ledger_tells_the_counts(self) -> None:
        assert {line.product_id: line.count for line in self.order.lines} == self.replayed

    @invariant()
    def stock_moves_once_and_by_what_was_received(self) -> None:
        received = {line.product_id: line.received for line in self.order.lines}
        for number, opening in self.opening.items():
            came = received.get(self._product(number), Decimal(0))
            moved = came if self.order.status == "RECEIVED" else Decimal(0)
            assert self._level(number) == opening + moved

    @invariant()
    def an_end_is_an_end(self) -> None:
        if self.order.status in rules.FROZEN["SUPPLIER"]:
            self.ended = self.ended or self._picture()
            assert self._picture() == self.ended


ShopFloor.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestShopFloor = ShopFloor.TestCase


def test_ending_is_possible_at_all() -> None:
    """The machine above would prove little if nothing ever ended."""
    floor = ShopFloor()
    floor.bulk(number=1, amount=Decimal(2), field="count")
    floor.set_status(status="SENT")
    floor.receive_some(amounts={1: Decimal(2)})
    assert isinstance(floor.order, Consignment)
    assert floor.order.status == "RECEIVED"
    floor.stock_moves_once_and_by_what_was_received()
