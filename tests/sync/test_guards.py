"""Each guard of a push is needed: without it, what it guards against happens.

The list of mutations: a guard, how to take it out, and the scenario that then goes wrong. The
same scenario with the guard in place ends well.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from lsync.core.domain import family
from lsync.core.domain.job import Job
from lsync.core.domain.outcome import Done
from lsync.core.domain.push import Push, Step, decision, lines
from lsync.core.domain.push import create as settling
from lsync.core.domain.push.dialogue import Create
from lsync.core.domain.push.situation import Decision, Situation
from lsync.core.queue.concluding import Ended, conclude
from lsync.core.store import consignments, jobs, pushes
from lsync.core.store.jobs import acknowledging
from lsync.core.store.pushes import StalePush
from lsync.core.sync import push_calls, push_start, recording
from lsync.core.sync.poll import poll_consignments
from lsync.core.sync.push_queueing import queue_unqueued
from tests.sync.retailer import After, Retailer, assert_exactly_once, done, orderable

Scenario = Callable[[Retailer], Awaitable[None]]
Removal = Callable[[pytest.MonkeyPatch], None]


async def lost_create(retailer: Retailer) -> None:
    """The create happened, its answer was lost."""
    await retailer.approve()
    await retailer.fault("lost_reply", count=1, method="POST", path="consignments$")
    assert isinstance(await retailer.push_to_the_end(), Done)
    await assert_exactly_once(retailer, "PO-1")


async def late_create(retailer: Retailer) -> None:
    """The create happens five minutes after its connection broke."""
    await retailer.approve()
    await retailer.fault("late_execution", count=1, method="POST", seconds=300)
    assert isinstance(await retailer.push_to_the_end(), Done)
    retailer.clock.move(timedelta(hours=1))
    await assert_exactly_once(retailer, "PO-1")


async def late_lines(retailer: Retailer) -> None:
    """The bulk call happens five minutes after its connection broke."""
    await retailer.approve()
    await retailer.fault("late_execution", count=1, path="bulk", seconds=300)
    assert isinstance(await retailer.push_to_the_end(), Done)
    retailer.clock.move(timedelta(hours=1))
    await assert_exactly_once(retailer, "PO-1")


async def lost_lines(retailer: Retailer) -> None:
    """The bulk call happened, its answer was lost."""
    await retailer.approve()
    await retailer.fault("lost_reply", count=1, path="bulk")
    assert isinstance(await retailer.push_to_the_end(), Done)
    await assert_exactly_once(retailer, "PO-1")
    writes = [entry.operation for entry in retailer.world.ledger]
    assert len(writes) == 3, "nothing had to be put right"


async def lines_that_came_to_nothing(retailer: Retailer) -> None:
    """Lightspeed confirms the bulk call and holds something else."""
    await retailer.approve()
    original = retailer.client.consignments.add_lines_bulk

    async def half(consignment_id: str, drafts: Any) -> None:
        await original(consignment_id, drafts[:-1])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(push_calls.PushCalls, "_fill", _filling_with(half), raising=True)
        await retailer.push()
    await retailer.push_to_the_end()
    await assert_exactly_once(retailer, "PO-1")


def _filling_with(half: Callable[[str, Any], Awaitable[None]]) -> Any:
    original = push_calls.PushCalls._fill
    left = [1]

    async def fill(self: push_calls.PushCalls, action: Any, push: Push) -> None:
        if not left or not hasattr(action, "rest"):
            await original(self, action, push)
            return
        left.clear()
        assert push.consignment_id
        await half(push.consignment_id, push_calls._drafts(action.lines))

    return fill


async def news_out_of_order(retailer: Retailer) -> None:
    """An answer that was read earlier is recorded after a newer one."""
    await retailer.approve()
    done(await retailer.push())
    (consignment,) = retailer.world.consignments
    stale = replace(consignment)
    await retailer.receive(consignment.id)
    done(await retailer.pull())
    retailer.world.consignments._rows[consignment.id] = stale
    done(await retailer.pull())
    order = await retailer.order()
    assert order.problems == ()
    assert [line.received for line in order.lines] == [line.quantity for line in order.lines]


async def records_lost(retailer: Retailer) -> None:
    """lsync's database is lost after the order was sent, and the order imported again."""
    await retailer.approve()
    done(await retailer.push())
    await retailer.lose_all_records()
    await retailer.open()
    await retailer.approve()
    await retailer.push_to_the_end()
    await assert_exactly_once(retailer, "PO-1")


async def many_hints(retailer: Retailer) -> None:
    """One consignment changes again and again before anybody looks."""
    await retailer.approve()
    done(await retailer.push())
    (consignment,) = retailer.world.consignments
    for _ in range(3):
        retailer.world.consignments.put(consignment)
        done(await poll_consignments(retailer.engine))
    assert len(await retailer.run_jobs()) == 1


async def split_off(retailer: Retailer) -> None:
    """A part receipt leaves the rest on a second consignment of the same number."""
    await retailer.approve()
    done(await retailer.push())
    (consignment,) = retailer.world.consignments
    await retailer.receive(consignment.id, lines={orderable(1)[0]: "1"}, create_new_order=True)
    done(await retailer.pull())
    assert (await retailer.order()).problems == ()


async def second_worker(retailer: Retailer) -> None:
    """A worker is frozen with its create answered; another one takes over and ends the push."""
    await retailer.approve()

    async def take_over() -> None:
        done(await retailer.twin().push_to_the_end())

    frozen = retailer.twin()
    frozen.client = retailer._client(After(retailer.wire, "POST", take_over))
    frozen.engine = replace(retailer.engine, client=frozen.client)
    with suppress(StalePush):
        await frozen.push()
    await assert_exactly_once(retailer, "PO-1")
    assert len(list(retailer.world.ledger)) == 3, "the first one wrote beside the second"


async def late_acknowledgement(retailer: Retailer) -> None:
    """A worker that lost its lease says its job is done; the one that has it now dies."""
    await retailer.approve()
    assert len(await queue_unqueued(retailer.database, max_attempts=4)) == 1
    (stale,) = await claim(retailer, "frozen")
    retailer.clock.move(timedelta(minutes=5))
    async with retailer.database.write() as tx:
        await jobs.recover_expired(tx, now=retailer.clock())
    retailer.clock.move(timedelta(minutes=5))
    assert await claim(retailer, "w")
    ended = conclude(Ended(job=stale, outcome=Done()), delays=[], now=retailer.clock())
    async with retailer.database.write() as tx:
        await jobs.acknowledge(tx, [ended], now=retailer.clock())
        await jobs.recover_own(tx, worker_id="w", now=retailer.clock())
    retailer.clock.move(timedelta(minutes=5))
    await retailer.run_jobs()
    await assert_exactly_once(retailer, "PO-1")


async def claim(retailer: Retailer, worker: str) -> list[Job]:
    request = jobs.Claim(
        worker_id=worker, types=["sync.push"], limit=1, lease=timedelta(seconds=30)
    )
    async with retailer.database.write() as tx:
        return list(await jobs.claim(tx, request, now=retailer.clock()))


def create_again(patch: pytest.MonkeyPatch) -> None:
    def lose(push: Push, situation: Situation) -> Decision:
        return Decision(push=replace(push, step=Step.ARMED), action=Create())

    patch.setattr(settling, "lose", lose)


def no_rest(patch: pytest.MonkeyPatch) -> None:
    def at_once(push: Push, situation: Situation) -> Any:
        return situation.now

    patch.setattr(settling, "quiet_until", at_once)
    patch.setattr(lines, "quiet_until", at_once)


def no_watermark(patch: pytest.MonkeyPatch) -> None:
    """Looking begins behind what the create made, as if the highest version were read late."""
    original = push_start.push_of

    def late(row: Any) -> Push:
        return replace(original(row), watermark=2**60)

    patch.setattr(push_start, "push_of", late)


def add_again(patch: pytest.MonkeyPatch) -> None:
    def lose(push: Push, event: Any, situation: Situation) -> Decision:
        return Decision(push=replace(push, step=Step.FILLED), action=event.action)

    patch.setattr(decision, "_lose", lose)


def no_verify(patch: pytest.MonkeyPatch) -> None:
    def equal(*_: Any) -> tuple[()]:
        return ()

    patch.setattr(lines, "compare", equal)


def no_version_check(patch: pytest.MonkeyPatch) -> None:
    original = recording.keep_consignment
    always_newer = count(2**60)

    async def keep(tx: Any, order: Any, view: Any, **rest: Any) -> bool:
        return await original(tx, order, replace(view, version=next(always_newer)), **rest)

    patch.setattr("lsync.core.sync.pull.recording.keep_consignment", keep)


def no_reference_on_record(patch: pytest.MonkeyPatch) -> None:
    async def none(*_: Any) -> None:
        return None

    patch.setattr(consignments, "lowest_version", none)


def no_unique_key(patch: pytest.MonkeyPatch) -> None:
    original = jobs.NewJob.__post_init__

    def forget(self: jobs.NewJob) -> None:
        object.__setattr__(self, "unique_key", None)
        original(self)

    patch.setattr(jobs.NewJob, "__post_init__", forget)


def no_fence(patch: pytest.MonkeyPatch) -> None:
    """A recovery point is written whoever has moved the push on meanwhile."""
    original = pushes.advance

    async def forced(tx: Any, push: Any, **rest: Any) -> Any:
        current = await pushes.current(tx, push.order_id)
        assert current is not None
        return await original(tx, replace(push, step=current.step, moves=current.moves), **rest)

    patch.setattr(pushes, "advance", forced)


def no_epoch_check(patch: pytest.MonkeyPatch) -> None:
    def always(*_: Any) -> bool:
        return True

    patch.setattr(acknowledging, "_are_current", always)


def no_family(patch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> bool:
        return False

    patch.setattr(family, "is_split_off", never)
    patch.setattr("lsync.core.sync.pull_reading.is_split_off", never)


@dataclass(frozen=True)
class Guard:
    """What protects, how it is taken out, and what then goes wrong."""

    name: str
    remove: Removal
    scenario: Scenario


GUARDS = [
    Guard("a lost create is looked for", create_again, lost_create),
    Guard("the look begins at the watermark", no_watermark, lost_create),
    Guard("an unconfirmed create rests", no_rest, late_create),
    Guard("unconfirmed lines rest", no_rest, late_lines),
    Guard("a bulk call is never repeated", add_again, lost_lines),
    Guard("lines are verified before the send", no_verify, lines_that_came_to_nothing),
    Guard("an older version changes nothing", no_version_check, news_out_of_order),
    Guard("a reference on record is found again", no_reference_on_record, records_lost),
    Guard("many hints become one look", no_unique_key, many_hints),
    Guard("a stale recovery point is refused", no_fence, second_worker),
    Guard("a stale epoch ends no job", no_epoch_check, late_acknowledgement),
    Guard("a split-off joins the family", no_family, split_off),
]

each_guard = pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)


@each_guard
async def test_with_the_guard_it_ends_well(retailer: Retailer, guard: Guard) -> None:
    await guard.scenario(retailer)


@each_guard
async def test_without_the_guard_it_goes_wrong(
    retailer: Retailer, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard.remove(monkeypatch)
    with pytest.raises((AssertionError, ValueError)):
        await guard.scenario(retailer)
