"""A flood of webhooks: nothing acknowledged is lost, drips keep nobody out.

How quickly they are answered is measured by `python -m benchmarks webhook_flood`.
"""

import asyncio
import contextlib
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from tests.daemon.flooding import Sent, at_work, body_of, dripping, flood
from tests.daemon.processes import until

pytestmark = pytest.mark.process


def bodies_in(directory: Path, *, waiting: bool = False) -> set[str]:
    """The bodies of all webhooks, or of those that still wait to be looked into."""
    with contextlib.closing(sqlite3.connect(directory / "lsync.db")) as database:
        rows = database.execute("SELECT body, status FROM lightspeed_webhooks")
        return {body for body, status in rows if not waiting or status == "received"}


async def halfway(sent: Sent, *, of: float) -> bool:
    return len(sent.acknowledged) >= of / 2


async def nothing_waits(directory: Path) -> bool:
    return not bodies_in(directory, waiting=True)


@pytest.mark.parametrize(
    "seconds", [3.0, pytest.param(60.0, marks=pytest.mark.long, id="a minute")]
)
async def test_nothing_acknowledged_is_lost_when_the_daemon_is_killed_in_the_middle(
    tmp_path: Path, seconds: float
) -> None:
    sent = Sent()
    async with at_work(tmp_path) as daemon:
        flooding = asyncio.create_task(flood(daemon, sent, rate=200, seconds=seconds))
        await until(partial(halfway, sent, of=200 * seconds), seconds=600)
        await daemon.kill()
        await daemon.start()
        await flooding
        kept = bodies_in(tmp_path)
        assert {body_of(name).decode() for name in sent.acknowledged} <= kept
        await until(partial(nothing_waits, tmp_path), seconds=300)
        print(f"{sent.attempted} sent, {len(sent.acknowledged)} acknowledged, {len(kept)} kept")


@pytest.mark.long
async def test_a_minute_of_two_hundred_a_second_is_taken_in_whole(tmp_path: Path) -> None:
    sent = Sent()
    async with at_work(tmp_path) as daemon:
        await flood(daemon, sent, rate=200, seconds=60)
        print(sent.told)
        assert len(sent.acknowledged) == 12_000


@pytest.mark.long
async def test_two_hundred_drips_keep_no_honest_sender_out(tmp_path: Path) -> None:
    sent = Sent()
    async with at_work(tmp_path) as daemon:
        async with dripping(daemon, many=200):
            await flood(daemon, sent, rate=50, seconds=20)
        print(sent.told)
        assert len(sent.acknowledged) == 1000
