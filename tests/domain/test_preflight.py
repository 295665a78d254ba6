"""Everything that is wrong with an order is found before the first write, and how to mend it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.catalogue import CatalogueFacts, Outlet, Product, Supplier, key
from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.preflight import Preflight, due_at, preflight
from lsync.core.domain.problem import ProblemCode, Severity

PRODUCTS = (
    Product(id="p-1", sku="SKU-0001", name="Cup"),
    Product(id="p-2", sku="SKU-0002", name="Plate"),
    Product(id="p-off", sku="SKU-OFF", name="Old cup", active=False),
    Product(id="p-gone", sku="SKU-GONE", name="Gone", deleted=True),
    Product(id="p-set", sku="SKU-SET", name="Set", composite=True),
    Product(id="p-twin1", sku="TWIN", name="Twin"),
    Product(id="p-twin2", sku="TWIN", name="Twin"),
    Product(id="p-new", sku="REUSED", name="New"),
    Product(id="p-old", sku="REUSED", name="Old", active=False),
)


def facts() -> CatalogueFacts:
    by_sku: dict[str, tuple[Product, ...]] = {}
    for product in PRODUCTS:
        by_sku[key(product.sku or "")] = (*by_sku.get(key(product.sku or ""), ()), product)
    return CatalogueFacts(
        products_by_sku=by_sku,
        products_by_id={product.id: product for product in PRODUCTS},
        suppliers=(
            Supplier(id="s-1", name="Northwind Wholesale"),
            Supplier(id="s-2", name="Café Supplies & Co"),
            Supplier(id="s-3", name="Twin Traders"),
            Supplier(id="s-4", name="twin traders"),
            Supplier(id="s-5", name="Closed Down", deleted=True),
        ),
        outlets=(Outlet(id="o-1", name="Main Street", time_zone="Pacific/Auckland"),),
        similar_skus=("SKU-0001", "SKU-0002"),
    )


def line(line_no: int, sku: str | None = "SKU-0001", **changes: object) -> OrderLine:
    values: dict[str, object] = {"quantity": Decimal(2), "unit_cost": Decimal("1.5"), **changes}
    return OrderLine(line_no=line_no, sku=sku, **values)  # type: ignore[arg-type]  # a line's own fields


def check(*lines: OrderLine, **changes: object) -> Preflight:
    order = PurchaseOrder(
        order_number="PO-1", supplier="Northwind Wholesale", outlet="Main Street", lines=lines
    )
    return preflight(replace(order, **changes), facts())  # type: ignore[arg-type]  # an order's own fields


def codes(found: Preflight) -> list[tuple[str, int | None]]:
    return [(problem.code.value, problem.line_no) for problem in found.problems]


def test_a_sound_order_resolves_to_ids() -> None:
    found = check(
        line(1, " sku-0001 "), line(2, None, product_id="p-2"), due_date=date(2026, 12, 1)
    )
    assert found.problems == ()
    assert found.resolved is not None
    assert (found.resolved.supplier_id, found.resolved.outlet_id) == ("s-1", "o-1")
    assert [each.product_id for each in found.resolved.lines] == ["p-1", "p-2"]
    assert found.resolved.due_at == datetime(2026, 11, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize("supplier", ["s-2", " café supplies & co ", "CAFÉ SUPPLIES & CO"])
def test_a_supplier_is_found_by_id_or_name(supplier: str) -> None:
    found = check(line(1), supplier=supplier)
    assert found.resolved is not None
    assert found.resolved.supplier_id == "s-2"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (line(1, "NOPE"), "unknown_sku"),
        (line(1, None, product_id="p-9"), "unknown_sku"),
        (line(1, "TWIN"), "unknown_sku"),
        (line(1, "SKU-OFF"), "inactive_product"),
        (line(1, "SKU-GONE"), "inactive_product"),
        (line(1, "SKU-SET"), "composite_product"),
        (line(1, quantity=Decimal(0)), "zero_quantity"),
        (line(1, quantity=Decimal("-0.5")), "negative_quantity"),
        (line(1, quantity=Decimal("1.000001")), "too_many_decimals"),
        (line(1, unit_cost=Decimal("0.0000001")), "too_many_decimals"),
        (line(1, quantity=Decimal("NaN")), "not_a_number"),
        (line(1, quantity=Decimal("Infinity")), "not_a_number"),
        (line(1, unit_cost=Decimal("NaN")), "not_a_number"),
        (line(1, unit_cost=Decimal("-0.01")), "negative_cost"),
    ],
)
def test_a_bad_line_blocks_and_is_named(bad: OrderLine, code: str) -> None:
    found = check(bad)
    assert codes(found) == [(code, 1)]
    assert found.resolved is None
    assert found.blocking == found.problems
    assert found.problems[0].fix


def test_all_problems_are_found_at_once_in_the_order_of_the_lines() -> None:
    found = check(
        line(1, "NOPE", quantity=Decimal(0)),
        line(2, "SKU-0001"),
        line(3, "SKU-SET"),
        line(4, "sku-0001"),
        supplier="Nordwind Wholesale",
        outlet="Nowhere",
    )
    assert codes(found) == [
        ("unknown_supplier", None),
        ("unknown_outlet", None),
        ("zero_quantity", 1),
        ("unknown_sku", 1),
        ("composite_product", 3),
        ("duplicate_line", 4),
    ]


def test_the_nearest_names_are_suggested() -> None:
    found = check(line(1, "SKU-001"), supplier="Nordwind Wholesale")
    supplier, sku = found.problems
    assert "Northwind Wholesale" in supplier.fix
    assert "SKU-0001" in sku.fix


@pytest.mark.parametrize("kind", ["supplier", "outlet"])
def test_where_no_name_is_near_a_mapping_is_a_way_out(kind: str) -> None:
    found = check(line(1), **{kind: "Zzz & Qqq"})
    (problem,) = found.problems
    assert problem.code == f"unknown_{kind}"
    assert f"`lsync map set {kind} 'Zzz & Qqq' '<name there>'`" in problem.fix


def test_one_product_named_in_two_ways_is_a_duplicate() -> None:
    found = check(line(1, "SKU-0001"), line(2, None, product_id="p-1"))
    assert codes(found) == [("duplicate_line", 2)]
    assert "line 1" in found.problems[0].message


def test_an_unknown_product_twice_is_also_a_duplicate() -> None:
    assert ("duplicate_line", 2) in codes(check(line(1, "NOPE"), line(2, "nope")))


def test_lines_that_name_no_product_are_not_duplicates() -> None:
    assert codes(check(line(1, None), line(2, None))) == [("unknown_sku", 1), ("unknown_sku", 2)]


def test_a_reused_sku_means_the_active_product() -> None:
    found = check(line(1, "REUSED"))
    assert found.resolved is not None
    assert found.resolved.lines[0].product_id == "p-new"


def test_a_name_that_several_suppliers_share_is_not_guessed() -> None:
    found = check(line(1), supplier="Twin Traders")
    assert codes(found) == [("unknown_supplier", None)]
    assert "s-3, s-4" in found.problems[0].fix


def test_a_deleted_supplier_is_said_to_be_deleted() -> None:
    assert "deleted the supplier" in check(line(1), supplier="Closed Down").problems[0].message


def test_an_order_without_lines_blocks() -> None:
    assert codes(check()) == [("no_lines", None)]


def test_an_order_whose_costs_are_all_written_as_zero_blocks() -> None:
    free = check(line(1, unit_cost=Decimal(0)), line(2, "MUG", unit_cost=None))
    assert ("total_zero", None) in codes(free)
    assert free.resolved is None
    sample = check(line(1, unit_cost=Decimal(0)), line(2, "MUG", unit_cost=Decimal("0.01")))
    assert "total_zero" not in [code for code, _ in codes(sample)]


def test_a_large_quantity_and_an_order_without_costs_only_warn() -> None:
    large = check(line(1, quantity=Decimal("1000.00001")))
    assert codes(large) == [("large_quantity", 1)]
    bare = check(line(1, unit_cost=None))
    assert codes(bare) == [("total_zero", None)]
    for found in (large, bare):
        assert found.resolved is not None
        assert found.problems[0].severity is Severity.WARNING
    assert check(line(1, quantity=Decimal(1000))).problems == ()


def test_trailing_zeros_are_no_decimals() -> None:
    assert check(line(1, quantity=Decimal("1.5000000000"))).problems == ()


def test_outside_text_is_shown_safely() -> None:
    found = check(line(1, "\x1b[2J"), supplier="\u202eevil")
    for problem in found.problems:
        assert "\x1b" not in problem.message + problem.fix
        assert "\u202e" not in problem.message + problem.fix


@pytest.mark.parametrize("zone", [None, "", "Not/AZone", "../../etc/passwd"])
def test_an_unknown_zone_counts_as_utc(zone: str | None) -> None:
    assert due_at(date(2026, 7, 1), zone) == datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_noon_follows_summer_time() -> None:
    assert due_at(date(2026, 7, 1), "Europe/Berlin").hour == 10
    assert due_at(date(2026, 12, 1), "Europe/Berlin").hour == 11


SKUS = st.sampled_from(["SKU-0001", "sku-0002", "SKU-OFF", "SKU-SET", "TWIN", "NOPE", None])
QUANTITIES = st.decimals(allow_nan=False, allow_infinity=False, min_value=-5, max_value=5000)


@given(st.lists(st.tuples(SKUS, QUANTITIES), max_size=8))
def test_an_order_resolves_exactly_when_nothing_blocks(rows: list[tuple[str, Decimal]]) -> None:
    lines = [line(no, sku, quantity=quantity) for no, (sku, quantity) in enumerate(rows, start=1)]
    found = check(*lines)
    assert (found.resolved is None) == bool(found.blocking)
    if found.resolved is not None:
        products = [each.product_id for each in found.resolved.lines]
        assert len(products) == len(set(products)) == len(lines)
        assert all(each.quantity > 0 for each in found.resolved.lines)
        assert ProblemCode.DUPLICATE_LINE not in {problem.code for problem in found.problems}
