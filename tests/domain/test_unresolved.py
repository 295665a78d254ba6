"""Words of an order that stand for nothing, and a person's choice for them."""

from decimal import Decimal

from lsync.core.domain.catalogue import CatalogueFacts, Outlet, Product, Supplier, meant
from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.preflight import preflight
from lsync.core.domain.problem import ProblemCode
from lsync.core.domain.unresolved import unresolved

SUPPLIERS = (Supplier(id="s-1", name="Northwind Wholesale"), Supplier(id="s-2", name="Alpine"))
OUTLETS = (Outlet(id="o-1", name="Main Street"),)
TEA = Product(id="p-1", name="Tea", sku="TEA-1")


def order(supplier: str = "Northwind", outlet: str = "main street") -> PurchaseOrder:
    lines = tuple(
        OrderLine(line_no=no, sku=sku, name="Tea, green", quantity=Decimal(1))
        for no, sku in enumerate(("TEA-1", "OLD-77", "old-77"), start=1)
    )
    return PurchaseOrder(order_number="PO-1", supplier=supplier, outlet=outlet, lines=lines)


def facts(**changes: object) -> CatalogueFacts:
    values: dict[str, object] = {
        "suppliers": SUPPLIERS,
        "outlets": OUTLETS,
        "products_by_sku": {"tea-1": (TEA,)},
    }
    return CatalogueFacts(**{**values, **changes})  # type: ignore[arg-type]  # its own fields


def test_each_unknown_word_is_told_once_with_what_else_is_known() -> None:
    found = [(it.kind.value, it.local_id, it.name) for it in unresolved(order(), facts())]
    assert found == [("supplier", "Northwind", None), ("product", "OLD-77", "Tea, green")]


def test_a_choice_resolves_the_word() -> None:
    chosen = facts(
        chosen_suppliers={"northwind": "s-1"},
        products_by_sku={"tea-1": (TEA,), "old-77": (Product(id="p-7", name="Old"),)},
    )
    assert unresolved(order(), chosen) == ()
    checked = preflight(order(), chosen)
    assert [it.code for it in checked.blocking] == [ProblemCode.DUPLICATE_LINE]


def test_a_choice_wins_over_a_name_and_ends_when_its_target_is_deleted() -> None:
    chosen = {"alpine": "s-1"}
    assert [it.id for it in meant("Alpine", SUPPLIERS, chosen)] == ["s-1"]
    gone = (Supplier(id="s-1", name="Northwind Wholesale", deleted=True), SUPPLIERS[1])
    assert meant("Alpine", gone, chosen) == []


def test_the_problem_names_the_command_that_settles_it() -> None:
    (supplier, *_) = preflight(order(), facts()).problems
    assert "lsync map set supplier Northwind 'Northwind Wholesale'" in supplier.fix
