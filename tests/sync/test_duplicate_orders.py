"""An order that was probably entered twice is said so when it comes in, is approved or planned."""

from datetime import timedelta
from typing import Any

import pytest

from lsync.core.domain.duplicate_order import OrdersAlike
from lsync.core.domain.order import OrderState, PurchaseOrder
from lsync.core.domain.problem import ProblemCode, Severity
from lsync.core.sync.foreseeing import duplicates_of, foresee
from lsync.core.sync.planning import plan_order
from tests.sync.retailer import Retailer, done, order_lines


def order(number: str = "PO-2", **changes: Any) -> PurchaseOrder:
    values: dict[str, Any] = {
        "supplier": "Northwind Wholesale",
        "outlet": "Main Street",
        "lines": order_lines(3),
        **changes,
    }
    return PurchaseOrder(order_number=number, **values)


async def warned(retailer: Retailer, *wanted: PurchaseOrder) -> list[str]:
    found = await foresee(retailer.database, wanted)
    return [
        number
        for number, problems in found.items()
        if any(problem.code is ProblemCode.DUPLICATE_ORDER for problem in problems)
    ]


async def test_the_same_lines_of_the_same_supplier_are_noticed(retailer: Retailer) -> None:
    await retailer.approve("PO-1")
    assert await warned(retailer, order()) == ["PO-2"]
    assert await warned(retailer, order(lines=order_lines(3)[::-1])) == ["PO-2"]
    assert await warned(retailer, order("PO-1")) == []


@pytest.mark.parametrize(
    "changes",
    [{"supplier": "Someone Else"}, {"lines": order_lines(2)}, {"lines": order_lines(4)[1:]}],
)
async def test_another_order_is_not(retailer: Retailer, changes: dict[str, Any]) -> None:
    await retailer.approve("PO-1")
    assert await warned(retailer, order(**changes)) == []


async def test_neither_is_one_of_a_cancelled_or_an_old_order(retailer: Retailer) -> None:
    await retailer.approve("PO-1", state=OrderState.CANCELLED)
    assert await warned(retailer, order()) == []
    await retailer.approve("PO-3")
    retailer.clock.move(timedelta(days=31))
    assert await warned(retailer, order()) == []


async def test_two_in_one_file_are_noticed(retailer: Retailer) -> None:
    assert await warned(retailer, order("A"), order("B")) == ["B"]


async def test_a_file_of_many_orders_asks_once_for_each_supplier(retailer: Retailer) -> None:
    many = [order(f"PO-{n}", lines=order_lines(n % 5 + 1)) for n in range(40)]
    ran: list[str] = []
    async with retailer.database.read() as tx:
        execute = tx.execute

        async def counting(statement: Any, parameters: Any = None) -> Any:
            ran.append(str(statement))
            return await execute(statement, parameters)

        tx.execute = counting  # type: ignore[method-assign]  # the one door to the database
        found = await duplicates_of(tx, many)
    assert [number for number, problem in found.items() if problem is None] == [
        f"PO-{n}" for n in range(5)
    ]
    assert len(ran) == 1


async def test_a_plan_says_it_and_the_push_goes_on(retailer: Retailer) -> None:
    await retailer.approve("PO-1")
    await retailer.approve("PO-2")
    planned = await plan_order(retailer.database, "PO-2", rules=retailer.engine.rules)
    assert planned is not None
    (problem,) = planned.problems
    assert (problem.code, problem.severity) == (ProblemCode.DUPLICATE_ORDER, Severity.WARNING)
    assert "PO-1" in problem.message
    assert planned.action == "create"
    done(await retailer.push("PO-2"))


def test_many_are_named_shortly() -> None:
    others = [order(f"PO-{number}") for number in range(3, 9)]
    problem = OrdersAlike(others).probable_duplicate(order())
    assert problem is not None
    assert problem.message.endswith("PO-3, PO-4, PO-5 and others")
