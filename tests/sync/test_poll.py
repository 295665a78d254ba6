"""Following the version cursor: every change is pulled once, nothing is skipped."""

from dataclasses import replace

import pytest

from lsync.core.domain.job import Job
from lsync.core.domain.order import OrderState
from lsync.core.lightspeed import LightspeedError
from lsync.core.store import jobs
from lsync.core.sync.poll import poll_consignments
from lsync.core.sync.watermark import watermark
from lsync.simulator.table import Table
from tests.sync.retailer import Retailer, assert_exactly_once, done


async def poll(retailer: Retailer) -> dict[str, object]:
    return done(await poll_consignments(retailer.engine)).result


async def pull_jobs(retailer: Retailer) -> list[Job]:
    async with retailer.database.read() as tx:
        return await jobs.listing(tx, jobs.JobFilter(type="sync.pull"))


async def test_a_poll_without_news_costs_one_call(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.push()
    await poll(retailer)
    before = retailer.calls
    assert await poll(retailer) == {"changed": 0, "queued": 0, "calls": 1}
    assert retailer.calls - before == 1


async def test_our_own_writes_are_no_news(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.push()
    assert (await poll(retailer))["queued"] == 0


async def test_a_receipt_is_noticed_and_pulled_once(retailer: Retailer) -> None:
    order = await retailer.approve()
    await retailer.push()
    consignment = next(iter(retailer.world.consignments))
    await retailer.receive(consignment.id)
    assert (await poll(retailer))["queued"] == 1
    before = retailer.calls
    assert [kind for kind, _ in await retailer.run_jobs()] == ["sync.pull"]
    assert retailer.calls - before == 2
    assert (await retailer.order(order.order_number)).state is OrderState.RECEIVED


async def test_many_changes_of_one_consignment_become_one_pull(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.push()
    consignment = next(iter(retailer.world.consignments))
    for _ in range(3):
        retailer.world.consignments.put(consignment)
        await poll(retailer)
    assert len(await pull_jobs(retailer)) == 1


async def test_news_that_is_known_by_the_time_of_the_pull_costs_no_call(
    retailer: Retailer,
) -> None:
    await retailer.approve()
    await retailer.push()
    retailer.world.consignments.put(next(iter(retailer.world.consignments)))
    await poll(retailer)
    done(await retailer.pull())
    before = retailer.calls
    await retailer.run_jobs()
    assert retailer.calls == before


async def test_news_that_joins_a_waiting_pull_is_not_taken_for_known(retailer: Retailer) -> None:
    """A webhook's look has read what the waiting pull was queued for; then it changes again."""
    order = await retailer.approve()
    await retailer.push()
    consignment = next(iter(retailer.world.consignments))
    retailer.world.consignments.put(consignment)
    await poll(retailer)
    done(await retailer.pull())
    await retailer.receive(consignment.id)
    assert (await poll(retailer))["queued"] == 0, "one waits already"
    await retailer.run_jobs()
    assert (await retailer.order(order.order_number)).state is OrderState.RECEIVED


async def test_an_error_shows_the_same_page_again(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.push()
    retailer.world.consignments.put(next(iter(retailer.world.consignments)))
    cursor = await watermark(retailer.engine)
    await retailer.fault("truncated_json", count=4, method="GET", path="consignments$")
    with pytest.raises(LightspeedError):
        await poll_consignments(retailer.engine)
    assert await watermark(retailer.engine) == cursor
    assert (await poll(retailer))["queued"] == 1


async def test_the_first_reading_remembers_what_carries_a_reference(
    retailer: Retailer,
) -> None:
    """lsync's records are lost after the order was sent: it finds its consignment again."""
    await retailer.approve()
    done(await retailer.push())
    await retailer.lose_all_records()
    await retailer.open()
    await retailer.approve()
    done(await retailer.push_to_the_end())
    await assert_exactly_once(retailer, "PO-1")


async def test_a_consignment_made_by_hand_for_an_order_is_used_for_it(retailer: Retailer) -> None:
    await retailer.approve("PO-7")
    await retailer.push("PO-7")
    made = next(iter(retailer.world.consignments))
    by_hand = replace(
        made,
        id="by-hand",
        reference="PO-1",
        status="OPEN",
        lines=Table(next_version=retailer.world.next_version),
    )
    retailer.world.consignments.put(by_hand)
    await retailer.approve("PO-1")
    assert (await poll(retailer))["queued"] == 1
    await retailer.run_jobs()
    done(await retailer.push_to_the_end("PO-1"))
    numbers = [it.reference for it in retailer.world.consignments]
    assert sorted(map(str, numbers)) == ["PO-1", "PO-7"]
    assert (await retailer.order("PO-1")).consignment_id == "by-hand"
    assert by_hand.status == "SENT"
