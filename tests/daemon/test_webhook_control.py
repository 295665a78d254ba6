"""Webhooks over the control socket: subscribing, searching, replaying and trying them."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

from lsync.core.control.client import ControlClient
from lsync.core.control.errors import ControlError
from lsync.core.control.messages import WebhookReplayRequest, WebhookTestRequest
from lsync.core.lightspeed import WEBHOOK_TYPES
from lsync.core.store import subscriptions, webhooks
from lsync.core.store.deliveries import Delivery, keep_step
from lsync.core.sync.hints import process_webhooks, webhook_job
from lsync.daemon.application import Application
from lsync.daemon.control_app import create_control_app
from lsync.daemon.loops.subscribed import SubscriptionWatcher
from lsync.daemon.operations.webhook_testing import try_webhook
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.running import RunningSimulator
from tests.daemon.application import opened
from tests.daemon.public import port

BASE = "http://127.0.0.1:9"
TOKEN = "t0ken-" * 6


@pytest.fixture
async def simulator() -> AsyncIterator[RunningSimulator]:
    async with RunningSimulator(SimulatorConfig(token="canary-token")) as running:
        yield running


@pytest.fixture
async def application(
    simulator: RunningSimulator, database_url: str, tmp_path: Path
) -> AsyncIterator[Application]:
    async with opened(
        database_url, tmp_path, lightspeed__base_url=simulator.base_url
    ) as application:
        yield application


def client_of(application: Application) -> ControlClient:
    transport = httpx.ASGITransport(create_control_app(application), raise_app_exceptions=False)
    return ControlClient(transport, address="this process")


@pytest.fixture
async def client(application: Application) -> AsyncIterator[ControlClient]:
    async with client_of(application) as opened:
        yield opened


async def test_subscribing_again_changes_nothing(
    client: ControlClient, simulator: RunningSimulator
) -> None:
    first = await client.create_subscriptions(BASE, insecure=True)
    assert {each.type for each in first} == set(WEBHOOK_TYPES)
    assert {each.url for each in first} == {
        f"{BASE}/webhooks/lightspeed/{each}" for each in WEBHOOK_TYPES
    }
    writes = len(simulator.world.webhooks)
    assert set(await client.create_subscriptions(BASE, insecure=True)) == set(first)
    assert len(simulator.world.webhooks) == writes


async def test_only_wanted_types_are_subscribed_and_unknown_ones_refused(
    client: ControlClient,
) -> None:
    made = await client.create_subscriptions(BASE, types=["sale.update"], insecure=True)
    assert [each.type for each in made] == ["sale.update"]
    with pytest.raises(ControlError, match=r"no webhook type order\.update"):
        await client.create_subscriptions(BASE, types=["order.update"], insecure=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com",
        "https://127.0.0.1",
        "https://[::ffff:10.0.0.1]",
        "https://localhost",
        "https://shop.internal",
        "https://169.254.169.254",
        "hooks.example.com",
    ],
)
async def test_addresses_that_lightspeed_must_not_be_sent_to_are_refused(
    client: ControlClient, url: str
) -> None:
    with pytest.raises(ControlError) as refused:
        await client.create_subscriptions(url)
    assert refused.value.status == 422
    assert "--insecure" in refused.value.message.next_step
    assert await client.subscriptions() == ()


@pytest.mark.parametrize("insecure", [False, True])
@pytest.mark.parametrize(
    ("url", "why", "shown"),
    [
        (
            "https://user:hunter2@hooks.example.com/in",
            "Credentials in the address are not supported",
            "https://hooks.example.com/in",
        ),
        ("https://hunter2@hooks.example.com", "Credentials", "https://hooks.example.com"),
        ("https://user:hunter2@hooks.example.com:x/", "not an http address", "this address"),
        ("https://user:hunt/er2@hooks.example.com", "not an http address", "this address"),
        ("user:hunter2@hooks.example.com", "not an http address", "this address"),
        ("https://hooks.example.com?token=hunter2", "a query or a fragment", "?token=********"),
    ],
)
async def test_a_password_in_an_address_is_refused_for_that_reason_and_never_repeated(
    client: ControlClient, url: str, why: str, shown: str, insecure: bool
) -> None:
    with pytest.raises(ControlError) as refused:
        await client.create_subscriptions(url, insecure=insecure)
    told = refused.value.message
    assert why in told.why
    assert shown in told.error
    assert "hunt" not in told.model_dump_json()


async def test_another_s_password_in_an_address_is_not_shown(
    client: ControlClient, application: Application
) -> None:
    url = "https://user:hunter2@other.example/x?token=hunter2&a=b"
    await application.client.webhooks.create(type="sale.update", url=url)
    (found,) = await client.subscriptions()
    assert found.url == "https://other.example/x?token=********"


async def test_a_token_goes_into_the_address_and_is_never_shown(
    simulator: RunningSimulator, database_url: str, tmp_path: Path
) -> None:
    chosen = {"lightspeed__base_url": simulator.base_url}
    async with (
        opened(database_url, tmp_path, **chosen) as before,
        client_of(before) as client,
    ):
        old = await client.create_subscriptions(BASE, insecure=True)
    async with (
        opened(database_url, tmp_path, webhooks__url_token=TOKEN, **chosen) as application,
        client_of(application) as client,
    ):
        made = await client.create_subscriptions(BASE, insecure=True)
        assert {each.id for each in made} == {each.id for each in old}, "updated, not doubled"
        assert {hook.url.partition("?")[2] for hook in simulator.world.webhooks} == {
            f"token={TOKEN}"
        }
        shown = [*made, *await client.subscriptions()]
        assert not any(TOKEN in each.url for each in shown)
        assert all(each.ours for each in shown)
        for setting in await client.settings():
            assert TOKEN not in setting.value
        for call in await client.api_calls():
            assert TOKEN not in (await client.api_call(call.id)).model_dump_json()


async def test_ours_are_deleted_and_others_stay(
    client: ControlClient, simulator: RunningSimulator, application: Application
) -> None:
    await application.client.webhooks.create(type="sale.update", url="https://other.example/x")
    await client.create_subscriptions(BASE, types=["sale.update", "product.update"], insecure=True)
    with pytest.raises(ControlError, match="no webhook subscription nonsense"):
        await client.delete_subscriptions(["nonsense"])
    gone = await client.delete_subscriptions(all=True)
    assert {each.type for each in gone} == {"sale.update", "product.update"}
    (left,) = await client.subscriptions()
    assert (left.ours, left.url) == (False, "https://other.example/x")
    assert await client.delete_subscriptions([left.id]) == (left,)
    assert list(simulator.world.webhooks) == []
    with pytest.raises(ControlError, match="No subscription was named"):
        await client.delete_subscriptions()


async def test_a_subscription_that_lightspeed_switched_off_is_noticed_and_mended(
    client: ControlClient, simulator: RunningSimulator, application: Application
) -> None:
    watcher = SubscriptionWatcher(application)
    calls = simulator.world.calls.shown(recent=0)["total"]
    await watcher.look()
    assert simulator.world.calls.shown(recent=0)["total"] == calls, "nothing is subscribed"
    await client.create_subscriptions(BASE, types=["product.update"], insecure=True)
    (hook,) = simulator.world.webhooks
    hook.active = False
    await watcher.look()
    status = await client.status()
    assert status.webhooks is not None
    assert status.webhooks.inactive == ("product.update",)
    (health,) = [part for part in status.health if part.name == "webhooks"]
    assert (health.state, "switched off product.update" in health.message) == ("warning", True)
    await client.create_subscriptions(BASE, types=["product.update"], insecure=True)
    async with application.database.read() as tx:
        assert [each.active for each in (await subscriptions.listed(tx)).found] == [True]


async def keep(application: Application, *bodies: str, event_type: str = "sale.update") -> None:
    deliveries = [
        Delivery(
            event_type=event_type, digest=body, body=body, source="192.0.2.7", verdict="verified"
        )
        for body in bodies
    ]
    work = partial(keep_step, deliveries=deliveries, job=webhook_job(max_attempts=4))
    await application.database.call(work)


async def test_received_webhooks_are_searched_and_shown(
    application: Application, client: ControlClient
) -> None:
    await keep(application, '{"id": "sale-1"}', '{"id": "sale-2"}')
    await keep(application, '{"consignment_id": "c-1"}', event_type="consignment.receive")
    (found,) = await client.webhook_events(text="sale-2")
    whole = await client.webhook_event(found.id)
    assert (whole.body, whole.status) == ('{"id": "sale-2"}', "received")
    assert len(await client.webhook_events(type="sale.update,consignment.receive")) == 3
    assert len(await client.webhook_events(status="received", limit=2)) == 2
    await process_webhooks(application.engine)
    (about,) = await client.webhook_events(entity="c-1")
    assert (about.event_type, about.status) == ("consignment.receive", "processed")
    with pytest.raises(ControlError, match="There is no webhook 999"):
        await client.webhook_event(999)


async def test_replaying_looks_again_and_says_what_is_unknown(
    application: Application, client: ControlClient
) -> None:
    await keep(
        application,
        *(json.dumps({"consignment_id": f"c-{number}"}) for number in range(3)),
        event_type="consignment.receive",
    )
    await process_webhooks(application.engine)
    first, *_, last = sorted(each.id for each in await client.webhook_events())
    done = await client.replay_webhooks(WebhookReplayRequest(ids=(first, last, 999)))
    assert (done.replayed, done.ids, done.unknown) == (2, (first, last), (999,))
    async with application.database.read() as tx:
        assert [each.id for each in await webhooks.received(tx, limit=9)] == [first, last]
    assert done.refused == ()
    with pytest.raises(ControlError, match="No webhook was named"):
        await client.replay_webhooks(WebhookReplayRequest())
    with pytest.raises(ControlError, match="not clear which webhooks are meant"):
        await client.replay_webhooks(WebhookReplayRequest(ids=(first,), failed=True))


async def test_what_nothing_can_follow_from_says_why_and_is_not_replayed(
    application: Application, client: ControlClient
) -> None:
    await keep(application, "nonsense", event_type="consignment.receive")
    await keep(application, '{"id": "sale-1"}')
    await process_webhooks(application.engine)
    await keep(application, '{"id": "sale-2"}')
    waiting, kept, broken = await client.webhook_events()
    assert (broken.status, kept.status) == ("ignored", "ignored")
    assert "neither JSON nor a form" in (broken.error or "")
    assert "kept to be searched" in (kept.error or "")
    ids = (broken.id, kept.id, waiting.id)
    done = await client.replay_webhooks(WebhookReplayRequest(ids=ids))
    assert (done.replayed, done.ids, done.unknown) == (0, (), ())
    assert done.refused == (
        f"Webhook {broken.id}: {broken.error}",
        f"Webhook {kept.id}: {kept.error}",
        f"Webhook {waiting.id}: It still waits to be looked into for the first time.",
    )
    assert [each.error for each in await client.webhook_events()] == [
        None,
        kept.error,
        broken.error,
    ]
    since = waiting.received_at - timedelta(hours=1)
    again = await client.replay_webhooks(WebhookReplayRequest(since=since))
    assert again.replayed == 0, "a time leaves out what was ignored"


async def test_without_a_daemon_there_is_nothing_to_try(client: ControlClient) -> None:
    with pytest.raises(ControlError, match="no daemon to send a webhook to"):
        await client.try_webhook(WebhookTestRequest())


async def test_a_trial_stops_where_it_fails_and_says_what_to_do(
    application: Application, client: ControlClient
) -> None:
    async with port(application):
        tried = await try_webhook(application, WebhookTestRequest(wait_seconds=0.1))
    assert [(step.name, step.ok) for step in tried.steps] == [
        ("refused", True),
        ("accepted", True),
        ("kept", True),
        ("looked into", False),
    ]
    assert "lsync queue stats" in tried.next_step
    tried = await try_webhook(application, WebhookTestRequest(wait_seconds=0.1))
    assert [(step.name, step.ok) for step in tried.steps] == [("reached", False)]
    with pytest.raises(ControlError, match="no type of webhook"):
        await client.try_webhook(WebhookTestRequest(type="x"))
