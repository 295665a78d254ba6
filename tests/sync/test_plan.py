"""A plan asks nobody, writes nothing, and costs what it says."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lsync.core.domain.plan import Plan
from lsync.core.sync.planning import plan_order
from tests.sync.retailer import Retailer, done, order_lines


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
