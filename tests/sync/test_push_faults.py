"""Every fault at every call of a push: exactly one consignment, quantities equal, SENT."""

from collections.abc import Iterator
from typing import Any

import pytest

from lsync.core.domain.outcome import Done
from lsync.core.store.database import Database
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.running import RunningSimulator
from tests.sync.retailer import REGISTERS, Retailer, StillClock, assert_exactly_once

CALLS = {
    "create": ("POST", "consignments$"),
    "bulk": ("POST", "bulk$"),
    "read": ("GET", "products"),
    "send": ("PUT", "consignments/[^/]+$"),
}

FAULTS: dict[str, dict[str, object]] = {
    "lost reply": {"name": "lost_reply"},
    "reset": {"name": "reset"},
    "executed late": {"name": "late_execution", "seconds": 300},
    "500": {"name": "5xx", "status": 500},
    "500 executed": {"name": "5xx", "status": 500, "executed": True},
    "html": {"name": "html200"},
    "html executed": {"name": "html200", "executed": True},
    "truncated": {"name": "truncated_json"},
    "no id": {"name": "field_removed", "field": "id"},
    "no status": {"name": "field_removed", "field": "status"},
    "odd version": {"name": "field_retyped", "field": "version"},
    "no product": {"name": "field_removed", "field": "product_id"},
    "no count": {"name": "field_removed", "field": "count"},
    "429": {"name": "429_storm"},
    "401": {"name": "token_expiry"},
}


REPEATED = ("lost reply", "executed late", "500 executed", "html")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("fault", "count"), [*((name, 1) for name in FAULTS), *((name, 3) for name in REPEATED)]
)
async def test_a_fault_of_one_call(retailer: Retailer, call: str, fault: str, count: int) -> None:
    method, path = CALLS[call]
    await retailer.approve(lines=12)
    await retailer.fault(**{"count": count, "method": method, "path": path, **FAULTS[fault]})  # type: ignore[arg-type]  # JSON
    assert isinstance(await retailer.push_to_the_end(), Done)
    await assert_exactly_once(retailer, "PO-1")


@pytest.mark.parametrize("seed", range(6))
async def test_a_storm_of_faults_over_many_orders(retailer: Retailer, seed: int) -> None:
    """`count` of the simulator's own seeds differ by how many faults were added before."""
    for _ in range(seed):
        await retailer.fault("latency", rate=0.0)
    for name, rate in {
        "lost_reply": 0.12,
        "late_execution": 0.08,
        "5xx": 0.08,
        "429_storm": 0.05,
        "reset": 0.05,
        "html200": 0.04,
        "truncated_json": 0.04,
    }.items():
        await retailer.fault(name, rate=rate)
    numbers = [f"PO-{place}" for place in range(6)]
    for place, number in enumerate(numbers):
        await retailer.approve(number, lines=place * 3 + 1)
    for number in numbers:
        assert isinstance(await retailer.push_to_the_end(number), Done)
    await retailer.clear_faults()
    await assert_exactly_once(retailer, *numbers)


ANSWER_BYTES = {"create": 900, "bulk": 700, "read": 1200, "send": 900}
"""Longer than any answer to that call: status line, headers and body."""


def cuts() -> Iterator[Any]:
    """Every byte of every answer; a few of each where there is no time for all."""
    for call, length in ANSWER_BYTES.items():
        for byte in range(length):
            few = byte % 90 == 1
            yield pytest.param(call, byte, marks=() if few else pytest.mark.long)


@pytest.mark.parametrize(("call", "at_byte"), cuts())
async def test_the_answer_to_a_call_is_cut(
    sqlite: Database, clock: StillClock, call: str, at_byte: int
) -> None:
    """Through a real socket: the connection is reset after that many bytes of the answer."""
    method, path = CALLS[call]
    async with RunningSimulator(SimulatorConfig(clock=clock, registers=REGISTERS)) as simulator:
        retailer = Retailer(sqlite, clock=clock, simulator=simulator)
        await retailer.approve(lines=2)
        await retailer.fault("reset", count=1, method=method, path=path, at_byte=at_byte)
        assert isinstance(await retailer.push_to_the_end(), Done)
        await assert_exactly_once(retailer, "PO-1")
        await retailer.client.aclose()
