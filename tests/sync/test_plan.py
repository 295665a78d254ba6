"""A plan asks nobody, writes nothing, and costs what it says."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from lsync.core.domain.plan import Plan
from lsync.core.domain.push import Step
from lsync.core.lightspeed import LightspeedError
from lsync.core.store import pushes
from lsync.core.sync.planning import plan_order
from lsync.core.sync.poll import poll_consignments
from tests.sync.retailer import Retailer, assert_exactly_once, done, order_lines
from tests.sync.test_push_edits import rewrite


async def plan(retailer: Retailer, number: str = "PO-1") -> Plan:
    planned = await plan_order(retailer.database, number, rules=retailer.engine.rules)
    assert planned is not None
    return planned


@pytest.mark.parametrize("lines", [1, 400])
async def test_a_clean_push_costs_what_the_plan_said(retailer: Retailer, lines: int) -> None:
    await retailer.approve(lines=lines)
    before = retailer.calls
    planned = await plan(retailer)
    assert retailer.calls == before
    assert (planned.action, planned.calls, planned.catalogue_calls) == ("create", 4, 0)
    done(await retailer.push())
    assert retailer.calls - before == planned.calls
    again = await plan(retailer)
    assert again.action == "pull"
    before = retailer.calls
    done(await retailer.push())
    assert retailer.calls - before == again.calls


async def test_a_plan_lists_every_problem_and_the_calls_to_look_them_up(
    retailer: Retailer,
) -> None:
    (line,) = order_lines(1)
    strange = replace(line, line_no=2, sku="NO-SUCH", quantity=Decimal(0))
    await retailer.approve(lines=(line, strange), supplier="Nobody")
    planned = await plan(retailer)
    assert planned.action == "blocked"
    assert len(planned.problems) == 3
    assert planned.catalogue_calls == 3
    before = retailer.calls
    await retailer.push()
    assert retailer.calls - before == planned.catalogue_calls


async def test_an_unknown_order_has_no_plan(retailer: Retailer) -> None:
    found = await plan_order(retailer.database, "NO-SUCH", rules=retailer.engine.rules)
    assert found is None


async def test_an_edit_that_was_interrupted_costs_what_the_plan_said(retailer: Retailer) -> None:
    await retailer.approve()
    done(await retailer.push())
    first, *rest = order_lines(3)
    await rewrite(retailer, (replace(first, quantity=Decimal(77)), *rest))
    await interrupt(retailer)
    planned = await plan(retailer)
    assert (planned.action, planned.at_most) == ("resume", True)
    assert [(it.step, it.calls) for it in planned.steps] == [
        ("read", 2),
        ("lines", 1),
        ("verify", 1),
    ]
    before = retailer.calls
    done(await retailer.push())
    assert retailer.calls - before == planned.calls
    await assert_exactly_once(retailer, "PO-1")


async def interrupt(retailer: Retailer) -> None:
    """A push whose write was refused: it stands before that write, and nothing happened."""
    await retailer.fault("token_expiry", count=1, method="PUT", path="products/")
    with suppress(LightspeedError):
        await retailer.push()
    await retailer.clear_faults()
    retailer.clock.move(timedelta(minutes=10))
    async with retailer.database.read() as tx:
        row = await pushes.current(tx, (await retailer.order()).id or 0)
    assert row is not None
    assert row.step == Step.FILLED.value


async def test_a_consignment_that_carries_the_reference_is_adopted_as_the_plan_said(
    retailer: Retailer,
) -> None:
    await retailer.approve()
    done(await retailer.push())
    await forget_the_order(retailer)
    await retailer.approve()
    await poll_consignments(retailer.engine)
    planned = await plan(retailer)
    assert planned.action == "adopt"
    assert [it.step for it in planned.steps][:3] == ["look", "adopt", "read"]
    before = retailer.calls
    done(await retailer.push())
    assert retailer.calls - before <= planned.calls
    await assert_exactly_once(retailer, "PO-1")


async def forget_the_order(retailer: Retailer) -> None:
    await retailer.lose_all_records()
    await retailer.open()
