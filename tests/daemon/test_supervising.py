"""Tasks end together: asked, given up, or because one of them died."""

import asyncio

import pytest

from lsync.core.store.errors import DatabaseUnavailable
from lsync.daemon.loops.keeping import keep_doing, pause
from lsync.daemon.signals import StopSignals
from lsync.daemon.supervising import Supervisor


@pytest.fixture
def signals() -> StopSignals:
    return StopSignals()


def supervisor(signals: StopSignals) -> Supervisor:
    return Supervisor(drain=signals.drain, now=signals.now)


async def test_tasks_may_finish_after_the_first_signal(signals: StopSignals) -> None:
    finished = asyncio.Event()
    release = asyncio.Event()

    async def work() -> None:
        await release.wait()
        finished.set()

    running = supervisor(signals)
    running.start({"work": work()})
    signals.receive()
    waiting = asyncio.create_task(running.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    release.set()
    await waiting
    assert finished.is_set()
    assert not running.failed


async def test_the_second_signal_gives_tasks_up(signals: StopSignals) -> None:
    cancelled = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    running = supervisor(signals)
    running.start({"work": work()})
    await asyncio.sleep(0)
    signals.receive()
    signals.receive()
    await running.wait()
    assert cancelled.is_set()


async def test_tasks_that_take_too_long_are_given_up(signals: StopSignals) -> None:
    running = supervisor(signals)
    running.start({"work": asyncio.Event().wait()})
    signals.receive()
    async with asyncio.timeout(5):
        await running.wait(drain_seconds=0.01)


async def test_a_task_that_dies_asks_the_others_to_stop(signals: StopSignals) -> None:
    async def die() -> None:
        raise RuntimeError("broken")

    running = supervisor(signals)
    running.start({"other": signals.drain.wait(), "dying": die()})
    async with asyncio.timeout(5):
        await running.wait()
    assert running.failed


async def test_a_loop_goes_on_after_an_outage_and_ends_when_asked() -> None:
    stop = asyncio.Event()
    outages: list[DatabaseUnavailable] = []
    done = 0

    async def work() -> None:
        nonlocal done
        done += 1
        if done == 1:
            raise DatabaseUnavailable("gone")
        stop.set()

    await keep_doing(
        work, name="test", every_seconds=0, stop=stop, on_outage=outages.append, rests=(0.0,)
    )
    assert done == 2
    assert len(outages) == 1


async def test_a_loop_dies_of_a_mistake() -> None:
    async def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await keep_doing(work, name="test", every_seconds=0, stop=asyncio.Event())


async def test_a_pause_ends_early_when_asked_to_stop() -> None:
    stop = asyncio.Event()
    stop.set()
    async with asyncio.timeout(5):
        await pause(3600, stop=stop)
