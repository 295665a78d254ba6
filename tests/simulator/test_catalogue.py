from typing import Any

from lsync.simulator.catalogue import open_shop, sku_of
from lsync.simulator.entities import Record
from lsync.simulator.ids import IdSource


def products(seed: int = 7) -> dict[str, Record]:
    shop = open_shop(IdSource(seed=seed), seed=seed, products=520, registers=2)
    return {row.fields["sku"]: row for row in shop.products}


def numbers(**wanted: Any) -> set[str]:
    rows = products().items()
    return {sku for sku, row in rows if all(row.value(k) == v for k, v in wanted.items())}


def test_the_same_seed_opens_the_same_shop() -> None:
    first, second = products(), products()
    assert [row.shown() for row in first.values()] == [row.shown() for row in second.values()]


def test_another_seed_keeps_names_and_changes_ids() -> None:
    first, second = products(7), products(8)
    assert first.keys() == second.keys()
    assert all(first[sku].fields["name"] == second[sku].fields["name"] for sku in first)
    assert all(first[sku].id != second[sku].id for sku in first)


def test_the_number_decides_what_a_product_is() -> None:
    assert numbers(active=False) == {sku_of(number) for number in range(50, 521, 50)}
    assert numbers(is_composite=True) == {sku_of(number) for number in range(77, 521, 100)}
    deleted = {sku for sku, row in products().items() if row.deleted_at}
    assert deleted == {sku_of(number) for number in range(99, 521, 100)}


def test_variants_name_their_parent() -> None:
    rows = products()
    parent = rows["SKU-0206"]
    family = [row for row in rows.values() if row.value("variant_parent_id") == parent.id]
    assert [row.fields["sku"] for row in family] == [sku_of(number) for number in range(207, 211)]
    assert parent.value("has_variants")


def test_names_hold_accents_commas_and_apostrophes() -> None:
    names = " ".join(row.fields["name"] for row in products().values())
    assert all(character in names for character in ("è", ",", "'"))


def test_suppliers_take_turns() -> None:
    by_name = {sku: row.fields["supplier"]["name"] for sku, row in products().items()}
    assert by_name["SKU-0001"] == "Northwind Wholesale"
    assert by_name["SKU-0002"] == "Café Supplies & Co"
    assert by_name["SKU-0003"] == "Alpine Trading"
