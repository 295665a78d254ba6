"""The process dies at every call and every commit of a push: still exactly one consignment."""

from datetime import timedelta

import pytest

from lsync.core.domain.outcome import Done
from lsync.core.store.database import Database
from tests.sync.fuse import Fuse, Killed
from tests.sync.retailer import Retailer, StillClock, assert_exactly_once

POINTS = 28
"""A clean push of one chunk is 4 calls and 10 commits, with a point before and after each."""


async def killed_at(database: Database, *, point: int, then: int | None = None) -> bool:
    """Kill a push at ``point`` and its successor at ``then``; say whether the first died."""
    clock, fuse = StillClock(), Fuse()
    database._clock = clock
    retailer = Retailer(database, clock=clock, transport=fuse.wire, products=20)
    await retailer.lose_all_records()
    await retailer.open()
    await retailer.approve(lines=12)
    died = False
    for at in (point, then):
        fuse.again(at)
        with pytest.MonkeyPatch.context() as patch:
            fuse.watch(database, patch)
            try:
                await retailer.push_to_the_end()
            except Killed:
                died = died or at == point
        clock.move(timedelta(seconds=30))
    fuse.again()
    assert isinstance(await retailer.push_to_the_end(), Done)
    await assert_exactly_once(retailer, "PO-1")
    return died


async def test_killed_once_at_every_point(database: Database) -> None:
    point = 0
    while await killed_at(database, point=point):
        point += 1
    assert point == POINTS


@pytest.mark.parametrize("then", range(0, 24, 4))
async def test_killed_again_while_resuming(database: Database, then: int) -> None:
    for point in range(1, POINTS, 6):
        await killed_at(database, point=point, then=then)
