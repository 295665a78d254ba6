"""A changed order that Lightspeed has already: the difference goes out, as absolute values."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import delete, insert, update

from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder, SyncState
from lsync.core.domain.outcome import Done
from lsync.core.domain.problem import ProblemCode
from lsync.core.lightspeed import LightspeedError
from lsync.core.store import orders
from tests.sync.retailer import Retailer, assert_exactly_once, done, order_lines


async def rewrite(
    retailer: Retailer, lines: tuple[OrderLine, ...] | None = None, **header: object
) -> PurchaseOrder:
    """What another program does: it writes lines or header and raises the revision."""
    async with retailer.database.write() as tx:
        order = await orders.find(tx, "PO-1")
        assert order is not None
        table, line_table = tx.tables.purchase_orders, tx.tables.purchase_order_lines
        if lines is not None:
            await tx.execute(delete(line_table).where(line_table.c.order_id == order.id))
            rows = [
                {
                    "order_id": order.id,
                    "line_no": line.line_no,
                    "sku": line.sku,
                    "quantity": line.quantity,
                    "unit_cost": line.unit_cost,
                }
                for line in lines
            ]
            await tx.execute(insert(line_table), rows)
        raised = {"revision": order.revision + 1, **header}
        await tx.execute(update(table).where(table.c.id == order.id).values(raised))
    return await retailer.order()


@pytest.fixture
async def sent(retailer: Retailer) -> Retailer:
    """A retailer with a sent order of 20 lines."""
    await retailer.approve(lines=20)
    done(await retailer.push())
    return retailer


async def test_a_changed_quantity_and_cost_are_set(sent: Retailer) -> None:
    one, two, *rest = order_lines(20)
    changed = (replace(one, quantity=Decimal(77)), replace(two, unit_cost=Decimal("0.5")), *rest)
    await rewrite(sent, changed)
    before = sent.calls
    done(await sent.push())
    assert sent.calls - before == 5
    await assert_exactly_once(sent, "PO-1")
    assert (await sent.order()).sync_state is SyncState.SYNCED


async def test_an_added_line_is_added_and_a_removed_one_removed(sent: Retailer) -> None:
    wanted = order_lines(22)
    await rewrite(sent, wanted[2:])
    done(await sent.push())
    await assert_exactly_once(sent, "PO-1")


async def test_a_line_that_somebody_else_added_is_never_removed(sent: Retailer) -> None:
    (consignment,) = sent.world.consignments
    line = next(iter(consignment.lines))
    consignment.lines.put(replace(line, id="foreign", product_id="foreign"))
    await rewrite(sent, order_lines(20)[1:])
    done(await sent.push())
    order = await sent.order()
    assert order.sync_state is SyncState.DRIFTED
    assert [problem.code for problem in order.problems] == [ProblemCode.LINE_EXTRA]
    assert len(consignment.lines) == 20
    assert consignment.lines.get("foreign") is not None


async def test_a_changed_due_date_and_invoice_go_out_with_one_call(sent: Retailer) -> None:
    await rewrite(sent, due_date=date(2026, 12, 24), supplier_invoice="INV-7")
    before = sent.calls
    done(await sent.push())
    assert sent.calls - before == 4
    (consignment,) = sent.world.consignments
    assert consignment.supplier_invoice == "INV-7"
    assert consignment.due_at is not None
    assert consignment.due_at.startswith("2026-12-2")
    assert consignment.status == "SENT"
    await assert_exactly_once(sent, "PO-1")
    before = sent.calls
    done(await sent.push())
    assert sent.calls - before == 2


async def test_a_change_after_the_goods_were_sent_out_is_explained(sent: Retailer) -> None:
    (consignment,) = sent.world.consignments
    await sent.receive(consignment.id, lines={}, finish=False)
    done(await sent.pull())
    await rewrite(sent, order_lines(20)[1:])
    done(await sent.push())
    order = await sent.order()
    assert order.state is OrderState.RECEIVING
    assert [problem.code for problem in order.problems] == [
        ProblemCode.LINE_EXTRA,
        ProblemCode.NOT_EDITABLE,
    ]
    assert len(consignment.lines) == 20


@pytest.mark.parametrize("fault", ["lost_reply", "late_execution", "html200", "5xx"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
async def test_a_change_survives_every_fault(sent: Retailer, method: str, fault: str) -> None:
    one, _, *rest = order_lines(21)
    await rewrite(sent, (replace(one, quantity=Decimal(77)), *rest))
    await sent.fault(fault, method=method, count=2, seconds=300)
    assert isinstance(await sent.push_to_the_end(), Done)
    await assert_exactly_once(sent, "PO-1")


async def test_a_change_in_the_middle_of_the_first_push_removes_what_went_out_already(
    retailer: Retailer,
) -> None:
    await retailer.approve(lines=5)
    await retailer.fault("5xx", count=4, method="GET", path="products")
    with pytest.raises(LightspeedError):
        await retailer.push()
    await rewrite(retailer, order_lines(6)[2:])
    done(await retailer.push_to_the_end())
    await assert_exactly_once(retailer, "PO-1")
