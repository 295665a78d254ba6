"""Waiting for an end although the one who waits was cancelled."""

import asyncio

import pytest

from lsync.core.store.uninterrupted import to_the_end


async def _let_go_on() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_whoever_is_cancelled_goes_only_when_the_work_has_ended() -> None:
    going_on = asyncio.Event()
    task = asyncio.create_task(to_the_end(going_on.wait()))
    await _let_go_on()
    task.cancel()
    await _let_go_on()
    assert not task.done()
    going_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_whoever_is_cancelled_once_more_goes_when_the_work_has_given_up() -> None:
    giving_up, given_up = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            giving_up.set()
            await given_up.wait()

    task = asyncio.create_task(to_the_end(work()))
    for _ in range(2):
        await _let_go_on()
        task.cancel()
    await _let_go_on()
    seen = (giving_up.is_set(), task.done())
    given_up.set()
    assert seen == (True, False)
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_cancellation_is_not_lost_to_an_error_of_the_work() -> None:
    going_on = asyncio.Event()

    async def work() -> None:
        await going_on.wait()
        raise LookupError

    task = asyncio.create_task(to_the_end(work()))
    await _let_go_on()
    task.cancel()
    going_on.set()
    with pytest.raises(asyncio.CancelledError) as cancelled:
        await task
    assert isinstance(cancelled.value.__cause__, LookupError)


async def test_without_a_cancellation_the_work_answers_for_itself() -> None:
    async def fail() -> None:
        raise LookupError

    async def succeed() -> int:
        return 1

    assert await to_the_end(succeed()) == 1
    with pytest.raises(LookupError):
        await to_the_end(fail())
