"""The sample orders: readable, plenty, and wrong only where they are meant to be."""

from decimal import Decimal
from pathlib import Path

import pytest

from lsync.core.domain.catalogue import CatalogueFacts, Outlet, Product, Supplier, key
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.preflight import preflight
from lsync.simulator.catalogue import open_shop
from lsync.simulator.ids import IdSource
from tests.domain.order_files import parse_order_file

SAMPLES = Path(__file__).parent.parent / "examples" / "purchase-orders.csv"


@pytest.fixture(scope="module")
def orders() -> tuple[PurchaseOrder, ...]:
    parsed = parse_order_file(SAMPLES.read_bytes(), filename=SAMPLES.name)
    assert parsed.problems == ()
    return parsed.orders


@pytest.fixture(scope="module")
def facts() -> CatalogueFacts:
    shop = open_shop(IdSource(seed=7), seed=7, products=520, registers=1)
    products = {
        key(record.fields["sku"]): Product(
            id=record.id,
            sku=record.fields["sku"],
            name=record.fields["name"],
            active=record.fields["active"],
            deleted=record.deleted_at is not None,
            composite=record.fields.get("is_composite", False),
        )
        for record in shop.products
    }
    return CatalogueFacts(
        products_by_sku={sku: (product,) for sku, product in products.items()},
        suppliers=tuple(Supplier(id=r.id, name=r.fields["name"]) for r in shop.records["supplier"]),
        outlets=tuple(Outlet(id=r.id, name=r.fields["name"]) for r in shop.records["outlet"]),
        similar_skus=tuple(product.sku or "" for product in products.values()),
    )


def test_there_is_enough_of_everything(orders: tuple[PurchaseOrder, ...]) -> None:
    assert len(orders) >= 12
    assert sum(len(order.lines) for order in orders) >= 150
    assert len({order.supplier for order in orders}) == 3
    assert len({order.outlet for order in orders}) == 2
    names = [line.name or "" for order in orders for line in order.lines]
    assert "Crème brûlée dishes, set of six" in names
    assert any(line.quantity == Decimal("2.5") for order in orders for line in order.lines)


def test_only_three_orders_are_bad(
    orders: tuple[PurchaseOrder, ...], facts: CatalogueFacts
) -> None:
    checked = {order.order_number: preflight(order, facts) for order in orders}
    bad = {
        number: [problem.code.value for problem in found.problems]
        for number, found in checked.items()
        if found.problems
    }
    assert bad == {
        "PO-1005": ["unknown_sku", "zero_quantity"],
        "PO-1009": ["duplicate_line"],
        "PO-1012": ["inactive_product", "composite_product"],
    }
    assert all(number in bad or found.resolved for number, found in checked.items())
    assert "SKU-0123" in checked["PO-1005"].problems[0].fix
