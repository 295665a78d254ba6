"""Webhooks and polls in any order, twice or never: after one poll the books are right."""

from datetime import timedelta
from random import Random

import pytest

from lsync.core.domain.order import OrderState
from lsync.core.queue import NewJob
from lsync.core.sync.pull_queueing import pull_job
from lsync.simulator.entities import Consignment
from tests.sync.retailer import Retailer, done

ORDERS = 6


def hint(consignment: Consignment) -> NewJob:
    """What a webhook about one of its lines asks for."""
    return pull_job(None, consignment_id=consignment.id, max_attempts=4)


@pytest.mark.parametrize("seed", range(3))
async def test_shuffled_repeated_and_dropped_hints(retailer: Retailer, seed: int) -> None:
    chance = Random(seed)
    for place in range(ORDERS):
        await retailer.approve(f"PO-{place}")
        done(await retailer.push(f"PO-{place}"))
    consignments = list(retailer.world.consignments)
    for _ in range(40):
        consignment = chance.choice(consignments)
        if consignment.status in {"SENT", "DISPATCHED"}:
            amounts = {line.sku: str(chance.randint(0, 9)) for line in consignment.lines}
            finish = chance.random() < 0.2 and any(int(it) for it in amounts.values())
            await retailer.receive(consignment.id, lines=amounts, finish=finish)
        if chance.random() < 0.9:
            told = chance.sample(consignments, chance.randint(1, 3))
            await retailer.queue(*(hint(it) for it in told))
        if chance.random() < 0.3:
            await retailer.run_jobs()
            retailer.clock.move(timedelta(seconds=chance.randint(0, 30)))
    await retailer.queue(NewJob(type="sync.poll"))
    await retailer.run_jobs()
    states = {
        "SENT": OrderState.SUBMITTED,
        "DISPATCHED": OrderState.RECEIVING,
        "RECEIVED": OrderState.RECEIVED,
    }
    for consignment in consignments:
        order = await retailer.order(consignment.reference or "")
        assert order.state is states[consignment.status]
        there = {line.sku: line.received for line in consignment.lines}
        assert {line.sku: line.received for line in order.lines} == there
