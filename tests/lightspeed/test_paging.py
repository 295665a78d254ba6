from collections.abc import Awaitable, Callable
from weakref import WeakSet

import pytest

from lsync.core.lightspeed.models import Outlet
from lsync.core.lightspeed.paging import Page, page_of, walk
from lsync.core.lightspeed.readers import MalformedError


def outlet(version: int) -> dict[str, object]:
    return {"id": f"o-{version}", "version": version}


def test_a_page_knows_the_cursor_behind_it() -> None:
    page = page_of(Outlet)({"data": [outlet(3)], "version": {"min": 3, "max": 9}})
    assert (len(page.items), page.cursor) == (1, 9)


@pytest.mark.parametrize("value", [[outlet(3), outlet(5)], {"data": [outlet(5), outlet(3)]}])
def test_items_stand_in_for_a_missing_version(value: object) -> None:
    assert page_of(Outlet)(value).cursor == 5


def test_a_server_that_ignores_the_cursor_is_found_out() -> None:
    first_page_again = {"data": [outlet(3), outlet(9)], "version": {"min": 3, "max": 9}}
    with pytest.raises(MalformedError, match="before the cursor"):
        page_of(Outlet, after=9)(first_page_again)


def test_a_server_that_repeats_the_last_item_is_tolerated() -> None:
    assert page_of(Outlet, after=9)({"data": [outlet(9)], "version": {"max": 9}}).cursor == 9


def test_an_empty_page_has_no_cursor() -> None:
    for highest in (None, 0, 99):
        page = page_of(Outlet)({"data": [], "version": {"min": highest, "max": highest}})
        assert page == Page(items=(), cursor=None)


@pytest.mark.parametrize("highest", ["9", 9.5, True, -1, 2**63])
def test_a_cursor_is_an_int64(highest: object) -> None:
    with pytest.raises(MalformedError, match=r"version\.max"):
        page_of(Outlet)({"data": [outlet(3)], "version": {"max": highest}})


def fetching(
    pages: dict[int | None, Page[int]], asked: list[int | None]
) -> Callable[[int | None], Awaitable[Page[int]]]:
    async def fetch(after: int | None) -> Page[int]:
        asked.append(after)
        return pages[after]

    return fetch


async def test_pages_follow_each_other_until_an_empty_one() -> None:
    asked: list[int | None] = []
    pages = {
        None: Page(items=(1, 2), cursor=2),
        2: Page(items=(3,), cursor=7),
        7: Page[int](items=(), cursor=None),
    }
    found = [page.items async for page in walk(fetching(pages, asked), after=None)]
    assert (found, asked) == ([(1, 2), (3,)], [None, 2, 7])


async def test_a_walk_resumes_behind_a_cursor() -> None:
    asked: list[int | None] = []
    pages: dict[int | None, Page[int]] = {7: Page[int](items=(), cursor=None)}
    assert [page async for page in walk(fetching(pages, asked), after=7)] == []
    assert asked == [7]


@pytest.mark.parametrize("cursor", [5, 4, None])
async def test_a_cursor_that_does_not_advance_ends_the_walk(cursor: int | None) -> None:
    asked: list[int | None] = []
    pages: dict[int | None, Page[int]] = {5: Page(items=(1,), cursor=cursor)}
    assert len([page async for page in walk(fetching(pages, asked), after=5)]) == 1
    assert asked == [5]


async def test_one_page_is_in_memory_at_a_time() -> None:
    alive: WeakSet[Page[int]] = WeakSet()
    most = 0

    async def fetch(after: int | None) -> Page[int]:
        nonlocal most
        number = (after or 0) + 1
        page = Page(items=(number,) * 100, cursor=number if number < 50 else None)
        alive.add(page)
        most = max(most, len(alive))
        return page

    async for _ in walk(fetch, after=None):
        pass
    assert most <= 2
