"""The local catalogue: newest version kept, SKUs and names found without regard to case."""

from dataclasses import replace
from decimal import Decimal

from lsync.core.domain.catalogue import Outlet, Product, Supplier
from lsync.core.domain.preflight import preflight
from lsync.core.store import catalogue
from lsync.core.store.database import Database, Transaction
from tests.store.query_plans import query_plans
from tests.store.samples import NOW, line, order

CUP = Product(
    id="p-1", name="Cup", sku="SKU-0001", supply_price=Decimal("1.25"), composite=True, version=3
)
SHOP = Outlet(id="o-1", name="Main Street", time_zone="Pacific/Auckland", version=1)
MAKER = Supplier(id="s-1", name="Café Supplies & Co", version=1)


async def test_entries_come_back_as_they_went_in(database: Database) -> None:
    async with database.write() as tx:
        assert await catalogue.put_many(tx, [CUP, SHOP, MAKER], now=NOW) == 3
        assert await catalogue.products_by_sku(tx, ["sku-0001", "x"]) == {"sku-0001": (CUP,)}
        assert await catalogue.products_by_id(tx, ["p-1", "p-2"]) == {"p-1": CUP}
        assert await catalogue.outlets(tx) == [SHOP]
        assert await catalogue.suppliers(tx) == [MAKER]


async def test_what_is_read_in_part_does_not_count_as_known(database: Database) -> None:
    async with database.write() as tx:
        await catalogue.put_many(tx, [CUP, SHOP, MAKER], now=NOW)
        assert not await catalogue.is_known(tx)
        await catalogue.mark_known(tx, now=NOW)
        assert await catalogue.is_known(tx)


async def test_names_are_found_trimmed_and_without_regard_to_case(database: Database) -> None:
    twin = replace(MAKER, id="s-2", name="Alpine Trading")
    async with database.write() as tx:
        await catalogue.put_many(
            tx, [SHOP, MAKER, twin, replace(twin, id="s-3", name="ALPINE TRADING")], now=NOW
        )
        assert await catalogue.find_outlet(tx, " main street ") == SHOP
        assert await catalogue.find_supplier(tx, "CAFÉ SUPPLIES & CO") == MAKER
        assert await catalogue.find_supplier(tx, "s-1") == MAKER
        assert await catalogue.find_supplier(tx, "Alpine Trading") is None
        assert await catalogue.find_supplier(tx, "Cafe Supplies & Co") is None


async def test_an_older_version_does_not_replace_a_newer_one(database: Database) -> None:
    async with database.write() as tx:
        await catalogue.put_many(tx, [CUP], now=NOW)
        old = replace(CUP, name="old", sku="OLD", version=2)
        assert await catalogue.put_many(tx, [old], now=NOW) == 0
        new = replace(CUP, sku="NEW", active=False, version=4)
        assert await catalogue.put_many(tx, [old, new, CUP], now=NOW) == 1
        assert await catalogue.products_by_sku(tx, ["SKU-0001", "OLD", "new"]) == {"new": (new,)}


async def test_products_may_share_a_sku(database: Database) -> None:
    other = replace(CUP, id="p-2")
    async with database.write() as tx:
        await catalogue.put_many(tx, [CUP, other], now=NOW)
        assert await catalogue.products_by_sku(tx, ["SKU-0001"]) == {"sku-0001": (CUP, other)}


async def test_a_long_catalogue_and_a_long_order_are_resolved(database: Database) -> None:
    products = [replace(CUP, id=f"p-{n}", sku=f"SKU-{n:04d}") for n in range(1000)]
    async with database.write() as tx:
        assert await catalogue.put_many(tx, products, now=NOW) == 1000
        found = await catalogue.products_by_sku(tx, [f"sku-{n:04d}" for n in range(0, 1000, 2)])
    assert len(found) == 500


async def test_text_that_is_too_long_is_cut_rather_than_refused(database: Database) -> None:
    long = replace(CUP, name="n" * 600, sku="s" * 300)
    async with database.write() as tx:
        await catalogue.put_many(tx, [long], now=NOW)
        found = await catalogue.products_by_id(tx, ["p-1"])
    assert len(found["p-1"].name) == 512


async def test_a_letter_in_the_place_of_a_digit_is_recognised(database: Database) -> None:
    products = [replace(CUP, id=f"p-{n}", sku=f"SKU-{n:04d}") for n in range(1000)]
    wanted = order(lines=(line(1, sku="SKU-O123"),))
    async with database.write() as tx:
        await catalogue.put_many(tx, products, now=NOW)
        facts = await catalogue.facts_for(tx, [wanted])
    fixes = [p.fix for p in preflight(wanted, facts).problems if p.code == "unknown_sku"]
    assert "did you mean SKU-0123 " in fixes[0]


async def test_the_facts_of_an_order_answer_its_preflight(database: Database) -> None:
    wanted = order(
        supplier="Café Supplies & Co",
        lines=(
            line(1, sku="sku-0002"),
            line(2, sku=None, product_id="p-3"),
            line(3, sku="SKU-0O02"),
        ),
    )
    products = [
        replace(CUP, id=f"p-{n}", sku=f"SKU-{n:04d}", composite=False) for n in range(1, 60)
    ]
    async with database.write() as tx:
        await catalogue.put_many(tx, [*products, SHOP, MAKER], now=NOW)
    async with database.read() as tx:
        facts = await catalogue.facts_for(tx, [wanted])
    (problem,) = preflight(wanted, facts).problems
    assert (problem.code, problem.line_no) == ("unknown_sku", 3)
    assert "SKU-0002" in problem.fix


async def test_products_are_looked_up_by_index_and_not_by_going_through_all(
    database: Database,
) -> None:
    async def work(tx: Transaction) -> None:
        await catalogue.products_by_sku(tx, ["a", "b"])
        await catalogue.products_by_id(tx, ["1", "2"])

    plans = await query_plans(database, work)
    assert len(plans) == (2 if database.dialect == "sqlite" else 0)
    for steps in plans:
        assert all("SEARCH" in step for step in steps if "catalogue" in step)
