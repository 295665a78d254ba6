"""The chain that shows an order has exactly one consignment."""

from dataclasses import replace
from decimal import Decimal

from lsync.core.domain.outcome import Snooze
from lsync.core.domain.proof import Proof
from lsync.core.sync.proving import prove_order
from tests.sync.retailer import Retailer, done, orderable


async def proof(retailer: Retailer) -> Proof:
    found = await prove_order(retailer.engine, "PO-1")
    assert found is not None
    return found


async def test_a_clean_push_is_proven_link_by_link(retailer: Retailer) -> None:
    await retailer.approve()
    done(await retailer.push())
    shown = await proof(retailer)
    assert shown.proven
    assert shown.sentence.startswith("Proven: exactly one consignment")
    assert [link.step for link in shown.links] == [
        "arm",
        "create",
        "lines",
        "verify",
        "send",
        "finish",
        "list",
    ]
    assert all(len(link.requests) == 1 for link in shown.links[1:5])


async def test_a_lost_answer_is_part_of_the_chain(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.fault("lost_reply", count=1, method="POST", path="consignments$")
    done(await retailer.push_to_the_end())
    shown = await proof(retailer)
    assert shown.proven
    assert [link.step for link in shown.links][:4] == ["arm", "create", "look", "adopt"]


async def test_a_create_that_may_still_happen_is_not_proven(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.fault("5xx", count=1, method="POST", path="consignments$")
    assert isinstance(await retailer.push(), Snooze)
    shown = await proof(retailer)
    assert not shown.proven
    assert "may still be carried out" in shown.sentence


async def test_a_second_consignment_is_named(retailer: Retailer) -> None:
    await retailer.approve()
    done(await retailer.push())
    twin = replace(next(iter(retailer.world.consignments)), id="twin")
    retailer.world.consignments.put(twin)
    shown = await proof(retailer)
    assert not shown.proven
    assert "twin" in shown.sentence
    retailer.world.consignments.put(replace(twin, status="CANCELLED"))
    assert (await proof(retailer)).proven


async def test_a_split_off_belongs_to_the_one(retailer: Retailer) -> None:
    await retailer.approve()
    done(await retailer.push())
    (consignment,) = retailer.world.consignments
    await retailer.receive(consignment.id, lines={orderable(1)[0]: "1"}, create_new_order=True)
    done(await retailer.pull())
    shown = await proof(retailer)
    assert shown.proven
    assert "1 split off" in shown.sentence


async def test_lines_that_differ_are_said(retailer: Retailer) -> None:
    await retailer.approve()
    done(await retailer.push())
    lines = next(iter(retailer.world.consignments)).lines
    first = next(iter(lines))
    lines.put(replace(first, count=Decimal(99)))
    shown = await proof(retailer)
    assert not shown.proven
    assert "1 of its lines differ" in shown.sentence


async def test_an_order_that_was_never_pushed_proves_nothing(retailer: Retailer) -> None:
    await retailer.approve()
    assert not (await proof(retailer)).proven
    assert await prove_order(retailer.engine, "NO-SUCH") is None
