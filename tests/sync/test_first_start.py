"""The very first orders on an empty database share what has to be read once."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from lsync.core.store.database import Database
from tests.sync.retailer import Retailer, StillClock, assert_exactly_once

ORDERS = tuple(f"PO-{number}" for number in range(1, 7))
PUSH_CALLS = 4


@pytest.fixture
async def newcomers(
    tmp_path: Path, sqlite_template: Path, clock: StillClock
) -> AsyncIterator[tuple[Retailer, Retailer]]:
    """Two retailers, each with a shop and an empty database of its own."""
    async with AsyncExitStack() as stack:
        both = []
        for name in ("one", "other"):
            path = tmp_path / f"{name}.db"
            shutil.copy(sqlite_template, path)
            database = await Database.open(f"sqlite:///{path}", clock=clock)
            await stack.enter_async_context(database)
            both.append(Retailer(database, clock=clock))
        yield both[0], both[1]


async def test_orders_pushed_at_once_read_catalogue_and_list_only_once(
    newcomers: tuple[Retailer, Retailer],
) -> None:
    pushing, opening = newcomers
    await opening.open()
    for number in ORDERS:
        await pushing.approve(number)
    await asyncio.gather(*(pushing.push(number) for number in ORDERS))
    await assert_exactly_once(pushing, *ORDERS)
    assert pushing.calls == opening.calls + PUSH_CALLS * len(ORDERS)


async def test_an_order_pushed_while_the_catalogue_is_read_waits_for_it(
    newcomers: tuple[Retailer, Retailer],
) -> None:
    pushing, opening = newcomers
    await opening.open()
    await pushing.approve()
    await asyncio.gather(pushing.open(), pushing.push())
    await assert_exactly_once(pushing, "PO-1")
    assert pushing.calls == opening.calls + PUSH_CALLS
