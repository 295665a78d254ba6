import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from lsync.core.lightspeed import MemoryBudget, OutcomeUnknown, StaticToken, XSeries
from lsync.core.lightspeed.probe import ProbeImpossible, probe
from lsync.simulator.config import RepeatedLine, SimulatorConfig, Switches
from lsync.simulator.faults import Fault
from lsync.simulator.running import RunningSimulator

from .conftest import Clock, Peer, answer, listing
from .test_models import CONSIGNMENT


@pytest.fixture
async def simulator(clock: Clock) -> AsyncIterator[RunningSimulator]:
    switches = Switches(page_maximum=40)
    config = SimulatorConfig(clock=clock, products=90, switches=switches)
    async with RunningSimulator(config) as running:
        yield running


@pytest.fixture
async def shop(simulator: RunningSimulator, clock: Clock) -> AsyncIterator[XSeries]:
    async with XSeries(
        base_url=simulator.base_url,
        token=StaticToken("simulator-token"),
        budget=MemoryBudget(limit=350, clock=clock),
        clock=clock,
        sleep=clock.sleep,
    ) as client:
        yield client


@pytest.mark.parametrize(
    ("switch", "found"),
    [("accumulate", "adds up"), ("replace", "replaces"), ("reject", "is refused")],
)
async def test_a_probe_finds_out_and_leaves_nothing(
    shop: XSeries, simulator: RunningSimulator, switch: RepeatedLine, found: str
) -> None:
    world = simulator.world
    world.switches = replace(world.switches, repeated_line=switch)
    stock_before = {key: level.level for key, level in world._stock_of.items()}
    findings = await probe(shop)
    assert findings.repeated_line == found
    assert findings.envelopes == ("bare", "data")
    assert findings.envelope == "data"
    assert (findings.largest_page, findings.page_was_cut) == (40, True)
    assert findings.deletes_open
    assert findings.left_behind is None
    assert [page async for page in shop.consignments.pages()] == []
    assert {key: level.level for key, level in world._stock_of.items()} == stock_before


async def test_a_probe_that_fails_half_way_cleans_up(
    shop: XSeries, simulator: RunningSimulator
) -> None:
    lost = Fault(name="lost_reply", method="POST", path=re.compile(r"/products$"), count=1)
    simulator.world.faults.add(lost)
    with pytest.raises(OutcomeUnknown):
        await probe(shop)
    assert [page async for page in shop.consignments.pages()] == []


async def test_a_server_that_wants_the_envelope_is_recognised(api: XSeries, peer: Peer) -> None:
    product = {"id": "p-1", "version": 3}
    line = {"product_id": "p-1", "count": "3.00000", "version": 4}
    peer.will(
        listing({"id": "o-1"}),
        listing(product, last=3),
        listing(),
        answer({"error": "data is required"}, 422),
        answer({"data": CONSIGNMENT}, 201),
        answer({"data": line}),
        answer({"data": line}),
        listing(line, last=4),
        answer({"error": "has lines"}, 409),
        answer({"data": CONSIGNMENT}),
        answer({"error": "no"}, 422),
    )
    findings = await probe(api)
    assert findings.envelopes == ("data",)
    assert not findings.deletes_open
    assert findings.left_behind == "c-1"
    assert not findings.page_was_cut


async def test_an_empty_shop_cannot_be_probed(api: XSeries, peer: Peer) -> None:
    peer.will(listing({"id": "o-1"}), listing(), listing())
    with pytest.raises(ProbeImpossible, match="composite"):
        await probe(api)
