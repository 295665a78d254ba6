from hypothesis import given
from hypothesis import strategies as st

from lsync.simulator.entities import Record
from lsync.simulator.table import Table
from tests.simulator.shop import Shop


async def test_pages_ascend_and_end_empty_with_null_bounds(shop: Shop) -> None:
    seen: list[str] = []
    after = 0
    while True:
        answer = (await shop.api.get("/products", params={"after": after, "page_size": 50})).json()
        if not answer["data"]:
            break
        versions = [row["version"] for row in answer["data"]]
        assert versions == sorted(versions)
        assert answer["version"] == {"min": versions[0], "max": versions[-1]}
        seen += [row["sku"] for row in answer["data"]]
        after = answer["version"]["max"]
    assert answer["version"] == {"min": None, "max": None}
    assert len(seen) == len(set(seen)) == 218


async def test_a_changed_row_comes_again_behind_the_cursor(shop: Shop) -> None:
    first, second = await shop.order(), await shop.order()
    cursor = (await shop.api.get("/consignments")).json()["version"]["max"]
    await shop.bulk(first, {1: "1"})
    changed = await shop.data("GET", "/consignments", params={"after": cursor})
    assert [row["id"] for row in changed] == [first]
    assert second not in str(changed)


async def test_versions_are_one_counter_with_gaps(shop: Shop) -> None:
    outlets = await shop.data("GET", "/outlets")
    suppliers = await shop.data("GET", "/suppliers")
    versions = [row["version"] for row in outlets + suppliers]
    assert versions == sorted(set(versions))
    assert versions[-1] - versions[0] > len(versions)


async def test_before_and_deleted_are_honoured(shop: Shop) -> None:
    rows = await shop.data("GET", "/products", params={"deleted": "true", "page_size": 1000})
    assert {row["sku"] for row in rows if row["deleted_at"]} == {"SKU-0099", "SKU-0199"}
    early = await shop.data("GET", "/products", params={"before": rows[3]["version"]})
    assert [row["sku"] for row in early] == [row["sku"] for row in rows[:3]]


async def test_a_larger_page_than_the_maximum_is_cut_down(shop: Shop) -> None:
    await shop.control.post("/switches", json={"page_maximum": 7})
    assert len(await shop.data("GET", "/products", params={"page_size": 500})) == 7


async def test_a_cursor_that_is_no_number_is_refused(shop: Shop) -> None:
    for value in ("x", "1.5", "9" * 30, "٣"):
        assert (await shop.refused("GET", "/products", params={"after": value}))[0] == 400


async def test_by_sku_finds_one_and_ignores_the_cursor(shop: Shop) -> None:
    rows = await shop.data("GET", "/products", params={"sku": "SKU-0003", "after": 2**62})
    assert [row["id"] for row in rows] == [shop.product_id(3)]
    assert await shop.data("GET", "/products", params={"sku": "SKU-0099"}) == []
    assert await shop.data("GET", "/products", params={"sku": "NOPE"}) == []


async def test_search_finds_several_skus_in_lower_case(shop: Shop) -> None:
    params = {"type": "products", "sku": ["sku-0001", "sku-0002", "nope"]}
    rows = await shop.data("GET", "/search", params=params)
    assert {row["sku"] for row in rows} == {"SKU-0001", "SKU-0002"}
    one = await shop.data("GET", "/search", params={**params, "-sku": "sku-0001"})
    assert {row["sku"] for row in one} == {"SKU-0002"}


async def test_search_is_sorted_and_cut_at_its_maximum(shop: Shop) -> None:
    params = {"type": "products", "order_by": "sku", "order_direction": "desc", "page_size": 5000}
    skus = [row["sku"] for row in await shop.data("GET", "/search", params=params)]
    assert skus == sorted(skus, reverse=True)
    wrong = {**params, "order_direction": "up"}
    assert (await shop.refused("GET", "/search", params=wrong))[0] == 400


@given(changes=st.lists(st.integers(0, 9), max_size=300), size=st.integers(1, 7))
def test_following_the_cursor_meets_every_row_once_and_in_order(
    changes: list[int], size: int
) -> None:
    versions = iter(range(1, 1000))
    table: Table[Record] = Table(next_version=lambda: next(versions))
    rows = {key: Record(id=str(key), fields={}) for key in range(10)}
    for key in changes:
        table.put(rows[key])
    met: list[Record] = []
    while True:
        page = [row for row, _ in zip(table.ascending(after=_last(met)), range(size), strict=False)]
        if not page:
            break
        met += page
    latest = list(dict.fromkeys(reversed(changes)))[::-1]
    assert [row.id for row in met] == [str(key) for key in latest]


def _last(met: list[Record]) -> int:
    return met[-1].version if met else 0
