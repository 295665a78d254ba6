"""The OAuth grant against the simulator: codes, expiry, rotation, revocation, several daemons."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from lsync.core.lightspeed import LoginNeeded, MemoryBudget, XSeries
from lsync.core.lightspeed.oauth import SCOPES, Tokens
from lsync.core.lightspeed.oauth_token import MemoryVault, OAuthToken
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.running import RunningSimulator

from .conftest import Clock

DAEMONS = 8


@pytest.fixture
async def simulator(clock: Clock) -> AsyncIterator[RunningSimulator]:
    async with RunningSimulator(SimulatorConfig(clock=clock, products=30)) as running:
        yield running


def code(simulator: RunningSimulator) -> str:
    world = simulator.world
    return world.tokens.authorize(scopes=frozenset(SCOPES), now=world.clock.now())


def daemon(simulator: RunningSimulator, vault: MemoryVault, clock: Clock) -> OAuthToken:
    return OAuthToken(
        base_url=simulator.base_url,
        client_id="app",
        client_secret="secret",
        vault=vault,
        clock=clock,
    )


def client(simulator: RunningSimulator, token: OAuthToken, clock: Clock) -> XSeries:
    return XSeries(
        base_url=simulator.base_url,
        token=token,
        budget=MemoryBudget(limit=350, clock=clock),
        clock=clock,
        sleep=clock.sleep,
    )


async def test_a_login_opens_the_shop(simulator: RunningSimulator, clock: Clock) -> None:
    token = daemon(simulator, MemoryVault(), clock)
    await token.login(code(simulator), redirect_uri="http://127.0.0.1:9/cb")
    async with client(simulator, token, clock) as api:
        assert await api.outlets.list()
    await token.aclose()


async def test_eight_daemons_refresh_an_expired_token_once_each_time(
    simulator: RunningSimulator, clock: Clock
) -> None:
    vault = MemoryVault()
    tokens = [daemon(simulator, vault, clock) for _ in range(DAEMONS)]
    clients = [client(simulator, token, clock) for token in tokens]
    await tokens[0].login(code(simulator), redirect_uri="http://127.0.0.1:9/cb")
    seen = [await vault.load()]
    for _ in range(5):
        await clock.sleep(86_400)
        answers = await asyncio.gather(*(api.outlets.list() for api in clients))
        assert all(answers)
        seen.append(await vault.load())
    assert len(set(seen)) == 6
    assert simulator.world.calls.shown(recent=0)["by_operation"]["Token"] == 1 + 5
    await asyncio.gather(*(api.aclose() for api in clients))
    await asyncio.gather(*(token.aclose() for token in tokens))


async def test_a_revoked_token_asks_for_a_login(simulator: RunningSimulator, clock: Clock) -> None:
    vault = MemoryVault()
    token = daemon(simulator, vault, clock)
    await token.login(code(simulator), redirect_uri="http://127.0.0.1:9/cb")
    kept = Tokens.from_text(await vault.load() or "")
    simulator.world.tokens.revoke(kept.access_token)
    async with client(simulator, token, clock) as api:
        with pytest.raises(LoginNeeded, match="refuses to renew"):
            await api.outlets.list()
    await token.aclose()
