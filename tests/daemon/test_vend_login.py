"""Logging in through the control application, against the simulator's own grant."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from lsync.core.control.client import ControlClient
from lsync.core.control.errors import ControlError
from lsync.core.lightspeed import LoginNeeded
from lsync.daemon.application import Application
from lsync.daemon.control_app import create_control_app
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.running import RunningSimulator
from tests.daemon.application import opened

REDIRECT = "http://127.0.0.1:9/callback"
STATE = "a-random-state"


class Clock:
    """Time that moves only when told."""

    now = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def simulator(clock: Clock) -> AsyncIterator[RunningSimulator]:
    config = SimulatorConfig(token="canary-token", client_secret="app-secret", clock=clock)
    async with RunningSimulator(config) as running:
        yield running


def application_of(
    simulator: RunningSimulator, database_url: str, tmp_path: Path, **flags: object
) -> AbstractAsyncContextManager[Application]:
    chosen = {
        "lightspeed__api_token": None,
        "lightspeed__base_url": simulator.base_url,
        "lightspeed__client_id": "app",
        "lightspeed__client_secret": "app-secret",
        "daemon__state_dir": tmp_path / "state",
        **flags,
    }
    return opened(database_url, tmp_path, **chosen)


@pytest.fixture
async def application(
    simulator: RunningSimulator, database_url: str, tmp_path: Path, clock: Clock
) -> AsyncIterator[Application]:
    async with application_of(simulator, database_url, tmp_path) as application:
        application.clock = clock
        yield application


def client_of(application: Application) -> ControlClient:
    transport = httpx.ASGITransport(create_control_app(application), raise_app_exceptions=False)
    return ControlClient(transport, address="this process")


@pytest.fixture
async def client(application: Application) -> AsyncIterator[ControlClient]:
    async with client_of(application) as opened:
        yield opened


async def granted(client: ControlClient) -> str:
    """The code that the simulator's page gives."""
    where = await client.vend_authorization(redirect_uri=REDIRECT, state=STATE)
    async with httpx.AsyncClient() as browser:
        back = (await browser.get(where.url)).headers["location"]
    fields = parse_qs(urlsplit(back).query)
    assert fields["state"] == [STATE]
    return fields["code"][0]


async def test_before_a_login_the_next_step_is_named(client: ControlClient) -> None:
    with pytest.raises(ControlError) as refused:
        await client.vend_outlets()
    assert "lsync vend login" in refused.value.message.next_step


async def test_a_login_opens_the_shop_and_tells_no_token(
    client: ControlClient, tmp_path: Path
) -> None:
    login = await client.vend_login(await granted(client), redirect_uri=REDIRECT)
    assert (login.used, login.renews, login.domain_prefix) == (True, True, "example")
    assert login.missing_scopes == ()
    assert Path(login.key_file) == tmp_path / "state" / "oauth.key"
    assert len(await client.vend_outlets()) == 2


async def test_the_api_log_holds_neither_code_nor_secret_nor_token(
    client: ControlClient, simulator: RunningSimulator
) -> None:
    code = await granted(client)
    await client.vend_login(code, redirect_uri=REDIRECT)
    await client.vend_outlets()
    calls = [await client.api_call(each.id) for each in await client.api_calls()]
    kept = "".join(each.model_dump_json() for each in calls)
    assert "/token" in kept
    secrets = (
        "app-secret",
        code,
        *simulator.world.tokens._grants,
        *simulator.world.tokens._by_refresh,
    )
    assert [each for each in secrets if each in kept] == []


async def test_an_expired_token_is_renewed_once_for_all_processes(
    client: ControlClient,
    simulator: RunningSimulator,
    database_url: str,
    tmp_path: Path,
    clock: Clock,
) -> None:
    await client.vend_login(await granted(client), redirect_uri=REDIRECT)
    async with application_of(simulator, database_url, tmp_path) as other:
        other.clock = clock
        async with client_of(other) as second:
            assert await second.vend_outlets(), "it reads the login of the first"
            clock.now += timedelta(days=2)
            await asyncio.gather(*(each.vend_outlets() for each in (client, second) * 3))
    assert simulator.world.calls.shown(recent=0)["by_operation"]["Token"] == 2


async def test_a_used_code_is_refused_and_keeps_the_login(client: ControlClient) -> None:
    code = await granted(client)
    await client.vend_login(code, redirect_uri=REDIRECT)
    with pytest.raises(ControlError, match="The login did not succeed") as caught:
        await client.vend_login(code, redirect_uri=REDIRECT)
    assert "renew" not in caught.value.message.why
    assert await client.vend_outlets()


async def test_another_shop_is_refused_before_anything_is_sent(
    simulator: RunningSimulator, database_url: str, tmp_path: Path
) -> None:
    async with (
        application_of(
            simulator, database_url, tmp_path, lightspeed__domain_prefix="example-two"
        ) as application,
        client_of(application) as client,
    ):
        with pytest.raises(ControlError, match="another shop"):
            await client.vend_login("code", redirect_uri=REDIRECT, domain_prefix="example")
        with pytest.raises(LoginNeeded):
            await application.client.outlets.list()


async def test_a_personal_token_wins(
    simulator: RunningSimulator, database_url: str, tmp_path: Path, clock: Clock
) -> None:
    async with (
        application_of(
            simulator, database_url, tmp_path, lightspeed__api_token="canary-token"
        ) as application,
        client_of(application) as client,
    ):
        application.clock = clock
        login = await client.vend_login(await granted(client), redirect_uri=REDIRECT)
        assert not login.used
        assert await client.vend_outlets()


async def test_without_an_application_the_settings_are_named(
    simulator: RunningSimulator, database_url: str, tmp_path: Path
) -> None:
    async with (
        application_of(
            simulator, database_url, tmp_path, lightspeed__client_secret=None
        ) as application,
        client_of(application) as client,
    ):
        with pytest.raises(ControlError) as refused:
            await client.vend_authorization(redirect_uri=REDIRECT, state=STATE)
        assert "lightspeed.client_secret" in refused.value.message.why
        assert refused.value.message.exit_code == 78


async def test_a_real_shop_is_sent_to_lightspeed(
    simulator: RunningSimulator, database_url: str, tmp_path: Path
) -> None:
    async with (
        application_of(
            simulator,
            database_url,
            tmp_path,
            lightspeed__domain_prefix="example",
            lightspeed__base_url=None,
        ) as application,
        client_of(application) as client,
    ):
        where = await client.vend_authorization(redirect_uri=REDIRECT, state=STATE)
    assert where.url.startswith("https://secure.retail.lightspeed.app/connect?")
