"""Following syncs from a command, when the daemon does not stay."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import click
import pytest

from lsync.cli import sync_run
from lsync.cli.failures import Failure
from lsync.core.control.errors import DaemonUnreachable, broke_off
from lsync.core.control.messages import SyncAccepted


class Leaving:
    """A daemon that ends while somebody waits for its jobs."""

    async def job(self, *_: object, **__: object) -> None:
        raise broke_off("/run/lsync/control.sock")


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(
        _: object, work: Callable[[Any], Awaitable[Any]], *, loop: bool, daemon: bool
    ) -> object:
        async def session() -> object:
            return await work(Leaving())

        assert loop
        assert daemon
        return asyncio.run(session())

    monkeypatch.setattr(sync_run, "ask", ask)


def run(queue: sync_run.Queue) -> None:
    context: Any = click.Context(click.Command("sync"))
    sync_run.run_syncs(context, queue, wait=True, timeout_seconds=None, json=False)


@pytest.mark.usefixtures("left")
def test_syncs_that_were_queued_go_on_without_who_followed_them() -> None:
    async def queue(*_: object) -> AsyncIterator[list[SyncAccepted]]:
        yield [SyncAccepted(order_number=f"PO-{number}", job_id=number) for number in (1, 2)]

    with pytest.raises(Failure) as told:
        run(queue)
    assert told.value.what.endswith("2 syncs stay in its queue.")
    assert "nothing is done twice" in (told.value.next_step or "")
    assert told.value.code == 69


@pytest.mark.usefixtures("left")
def test_nothing_is_said_to_go_on_if_nothing_was_queued() -> None:
    async def queue(*_: object) -> AsyncIterator[list[SyncAccepted]]:
        for address in ("/run/lsync/control.sock",):
            raise broke_off(address)
        yield []

    with pytest.raises(DaemonUnreachable):
        run(queue)
