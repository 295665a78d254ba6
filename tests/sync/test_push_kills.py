"""The process dies at every call and every commit of a push: still exactly one consignment."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from lsync.core.domain.outcome import Done
from lsync.core.store.database import Database
from tests.sync.fuse import Fuse, Killed
from tests.sync.retailer import Retailer, StillClock, assert_exactly_once


async def killed_at(
    database: Database, patch: pytest.MonkeyPatch, *, point: int, then: int | None = None
) -> bool:
    """Kill a push at ``point`` and its successor at ``then``; say whether the first died."""
    clock, fuse = StillClock(), Fuse()
    database._clock = clock
    retailer = Retailer(database, clock=clock, transport=fuse.wire)
    await retailer.open()
    await retailer.approve(lines=12)
    died = False
    for at in (point, then):
        fuse.again(at)
        with pytest.MonkeyPatch.context() as watched:
            fuse.watch(database, watched)
            try:
                await retailer.push_to_the_end()
            except Killed:
                died = died or at == point
        clock.move(timedelta(seconds=30))
    fuse.again()
    assert isinstance(await retailer.push_to_the_end(), Done)
    await assert_exactly_once(retailer, "PO-1")
    return died


async def test_killed_once_at_every_point(
    tmp_path: Path, opened_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = 0
    while await _on_a_copy(tmp_path, opened_template, monkeypatch, point=point):
        point += 1
    assert point == 28, "4 calls and 10 commits, each with a point before and one after"


@pytest.mark.parametrize("then", range(0, 24, 3))
async def test_killed_again_while_resuming(
    tmp_path: Path, opened_template: Path, monkeypatch: pytest.MonkeyPatch, then: int
) -> None:
    for point in range(1, 34, 5):
        await _on_a_copy(tmp_path, opened_template, monkeypatch, point=point, then=then)


async def _on_a_copy(
    tmp_path: Path,
    template: Path,
    patch: pytest.MonkeyPatch,
    *,
    point: int,
    then: int | None = None,
) -> bool:
    path = tmp_path / f"{point}-{then}.db"
    shutil.copy(template, path)
    async with await Database.open(f"sqlite:///{path}") as database:
        return await killed_at(database, patch, point=point, then=then)
