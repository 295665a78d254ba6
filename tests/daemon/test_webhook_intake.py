"""Group commit of deliveries: all or none of a batch, and one bad one harms no other."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from lsync.core import queue
from lsync.core.domain.records import WebhookRecord
from lsync.core.store import webhooks
from lsync.core.store.deliveries import Delivery
from lsync.core.store.errors import DatabaseBusy, DatabaseUnavailable
from lsync.daemon.application import Application
from lsync.daemon.webhook_intake import WebhookIntake
from lsync.daemon.webhook_reading import Verdict
from tests.daemon.application import opened


@pytest.fixture
async def application(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    async with opened(database_url, tmp_path) as application:
        yield application


def delivery(name: str, *, event_type: str = "sale.update") -> Delivery:
    return Delivery(
        event_type=event_type,
        digest=name,
        body="payload=%7B%7D",
        source="127.0.0.1",
        verdict=Verdict.VERIFIED,
    )


async def kept(application: Application) -> list[WebhookRecord]:
    async with application.database.read() as tx:
        return await webhooks.listing(tx)


async def test_many_waiting_deliveries_share_few_commits(application: Application) -> None:
    intake = WebhookIntake(application)
    commits = 0
    commit = intake._commit

    async def count(batch: list[Any]) -> list[bool]:
        nonlocal commits
        commits += 1
        return await commit(batch)

    intake._commit = count  # type: ignore[method-assign]  # only watched
    answers = await asyncio.gather(*(intake.keep(delivery(str(number))) for number in range(50)))
    assert answers == [False] * 50
    assert commits <= 3
    assert len(await kept(application)) == 50
    async with application.database.read() as tx:
        assert [job.type for job in await queue.listing(tx)] == ["webhook.process"]


async def test_the_same_delivery_twice_in_one_batch_is_kept_once(application: Application) -> None:
    intake = WebhookIntake(application)
    answers = await asyncio.gather(*(intake.keep(delivery("same")) for _ in range(3)))
    assert sorted(answers) == [False, True, True]
    (record,) = await kept(application)
    assert record.duplicates == 2


async def test_a_delivery_that_cannot_be_kept_harms_no_other(application: Application) -> None:
    intake = WebhookIntake(application)
    bad = delivery("bad", event_type=None)  # type: ignore[arg-type]  # breaks the column's rule
    outcomes = await asyncio.gather(
        intake.keep(delivery("a")),
        intake.keep(bad),
        intake.keep(delivery("b")),
        return_exceptions=True,
    )
    assert (outcomes[0], outcomes[2]) == (False, False)
    assert isinstance(outcomes[1], Exception)
    assert {record.digest for record in await kept(application)} == {"a", "b"}


async def test_without_a_database_every_sender_is_told_and_later_ones_come_in(
    tmp_path: Path, database_url: str
) -> None:
    async with opened(database_url, tmp_path) as application:
        intake = WebhookIntake(application)
        database, application._database = application._database, None
        outcomes = await asyncio.gather(
            intake.keep(delivery("a")), intake.keep(delivery("b")), return_exceptions=True
        )
        assert all(isinstance(outcome, DatabaseUnavailable) for outcome in outcomes)
        application._database = database
        assert await intake.keep(delivery("a")) is False


async def test_a_sender_that_hangs_up_does_not_stop_the_batch(application: Application) -> None:
    intake = WebhookIntake(application)
    gone = asyncio.create_task(intake.keep(delivery("gone")))
    await asyncio.sleep(0)
    gone.cancel()
    assert await intake.keep(delivery("stays")) is False
    assert {record.digest for record in await kept(application)} == {"gone", "stays"}


async def test_a_sender_is_not_kept_waiting_and_is_told_to_try_again(
    application: Application,
) -> None:
    """Lightspeed gives up after five seconds; what it sends again is no duplicate."""
    hurried, patient = WebhookIntake(application, seconds=0), WebhookIntake(application)
    async with application.database.write():
        with pytest.raises(DatabaseBusy, match="Lightspeed sends it again"):
            await hurried.keep(delivery("again"))
    assert not hurried._arrived
    assert await patient.keep(delivery("again")) is False


async def test_more_than_a_batch_is_kept_in_several(application: Application) -> None:
    intake = WebhookIntake(application, batch=3)
    answers = await asyncio.gather(*(intake.keep(delivery(str(number))) for number in range(10)))
    assert answers == [False] * 10
    assert len(await kept(application)) == 10


async def test_what_arrives_before_its_turn_to_write_joins_the_batch(
    application: Application,
) -> None:
    intake = WebhookIntake(application)
    begun: list[int] = []
    commit = intake._commit

    async def count(batch: list[Any]) -> list[bool]:
        done = await commit(batch)
        begun.append(len(batch))
        return done

    intake._commit = count  # type: ignore[method-assign]  # only watched
    async with application.database.write():
        early = [asyncio.create_task(intake.keep(delivery("early")))]
        for _ in range(10):
            await asyncio.sleep(0)
        early.append(asyncio.create_task(intake.keep(delivery("late"))))
        await asyncio.sleep(0)
    assert await asyncio.gather(*early) == [False, False]
    if application.database.shares_commits:
        assert begun == [2]


async def test_those_who_wait_behind_a_failed_batch_are_told_too(application: Application) -> None:
    intake = WebhookIntake(application, batch=2)
    database, application._database = application._database, None
    outcomes = await asyncio.gather(
        *(intake.keep(delivery(str(number))) for number in range(5)), return_exceptions=True
    )
    assert all(isinstance(outcome, DatabaseUnavailable) for outcome in outcomes)
    application._database = database
    assert await intake.keep(delivery("next")) is False
