"""Only a newer version of a consignment replaces what is known."""

from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from lsync.core.domain.consignment import ConsignmentLineView, ConsignmentView
from lsync.core.store import consignments, orders
from lsync.core.store.database import Change, Database
from tests.store.samples import LATER, NOW, order

LINES = (
    ConsignmentLineView(product_id="p-1", count=Decimal(3), received=Decimal("1.5")),
    ConsignmentLineView(product_id="p-2", count=Decimal("0.25"), cost=Decimal("9.99")),
)


def view(version: int = 5, **changes: object) -> ConsignmentView:
    values: dict[str, object] = {"status": "SENT", "reference": "PO-1", "lines": LINES}
    return ConsignmentView(
        consignment_id="c-1",
        version=version,
        **{**values, **changes},  # type: ignore[arg-type]  # a view's own fields
    )


@pytest.fixture
async def order_id(database: Database) -> int:
    async with database.write() as tx:
        return orders.stored_id(await orders.insert(tx, order(), now=NOW))


async def test_a_consignment_comes_back_with_its_lines(database: Database, order_id: int) -> None:
    async with database.write() as tx:
        assert await consignments.put(tx, view(), order_id, role="primary", now=NOW, created_at=NOW)
    async with database.read() as tx:
        (member,) = await consignments.family(tx, order_id)
    assert member.view == view(created_at=NOW)
    assert (member.role, member.order_id, member.observed_at) == ("primary", order_id, NOW)


@pytest.mark.parametrize(("version", "applied"), [(4, False), (5, False), (6, True)])
async def test_only_a_newer_version_is_kept(
    database: Database, order_id: int, version: int, applied: bool
) -> None:
    heard: list[Change] = []
    async with database.write() as tx:
        await consignments.put(tx, view(), order_id, role="primary", now=NOW)
    database.listen(heard.append)
    newer = view(version, status="RECEIVED", lines=())
    async with database.write() as tx:
        assert await consignments.put(tx, newer, order_id, role="primary", now=LATER) is applied
        (member,) = await consignments.family(tx, order_id)
    assert member.view == (newer if applied else view())
    assert heard == ([Change(kind="order", key="PO-1")] if applied else [])


async def test_a_view_from_a_list_keeps_lines_and_order(database: Database, order_id: int) -> None:
    async with database.write() as tx:
        await consignments.put(tx, view(), order_id, role="primary", now=NOW)
        newer = view(6, status="DISPATCHED", lines=())
        await consignments.put(tx, newer, None, role="primary", now=NOW, with_lines=False)
        (member,) = await consignments.family(tx, order_id)
    assert (member.view.status, member.view.lines) == ("DISPATCHED", LINES)


async def test_lines_can_be_replaced_without_a_new_version(
    database: Database, order_id: int
) -> None:
    async with database.write() as tx:
        await consignments.put(tx, view(), order_id, role="primary", now=NOW)
        await consignments.put_lines(tx, "c-1", lines=LINES[:1])
        (member,) = await consignments.family(tx, order_id)
    assert member.view.lines == LINES[:1]


async def test_a_consignment_of_no_order_belongs_to_no_family(
    database: Database, order_id: int
) -> None:
    async with database.write() as tx:
        await consignments.put(tx, view(), None, role="duplicate", now=NOW)
        assert await consignments.family(tx, order_id) == []


async def test_a_consignment_that_is_gone_is_forgotten(database: Database, order_id: int) -> None:
    async with database.write() as tx:
        await consignments.put(tx, view(), order_id, role="primary", now=NOW)
        await consignments.forget(tx, "c-1")
        assert await consignments.family(tx, order_id) == []
        await consignments.put(tx, view(1), order_id, role="primary", now=NOW)
        assert len(await consignments.family(tx, order_id)) == 1


async def test_an_order_that_does_not_exist_gets_no_consignment(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await consignments.put(tx, view(), 999, role="primary", now=NOW)
