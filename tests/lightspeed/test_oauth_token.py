import asyncio
from datetime import timedelta
from urllib.parse import parse_qs

import httpx
import pytest

from lsync.core.lightspeed import Exchange, XSeries
from lsync.core.lightspeed.errors import BudgetSpent, LoginNeeded, OutcomeUnknown, TokenUnavailable
from lsync.core.lightspeed.oauth import Tokens
from lsync.core.lightspeed.oauth_token import MemoryVault, OAuthToken

from .conftest import BASE_URL, NOW, Clock, MakeClient, answer
from .test_models import CONSIGNMENT


class Issuer:
    """A token endpoint with rotation: each refresh token works once."""

    def __init__(self) -> None:
        self.issued = 1
        self.refreshes: list[str] = []
        self.troubles: list[httpx.Response | Exception] = []
        self.after_rotation: list[Exception] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/api/1.0/token"
        assert "authorization" not in request.headers
        fields = parse_qs(request.content.decode())
        if self.troubles:
            trouble = self.troubles.pop(0)
            if isinstance(trouble, Exception):
                raise trouble
            return trouble
        given = fields.get("refresh_token", fields.get("code", ["?"]))[0]
        self.refreshes.append(given)
        if given not in {f"refresh-{self.issued}", "code-1"}:
            return answer({"error": "invalid_grant"}, 400)
        self.issued += 1
        if self.after_rotation:
            raise self.after_rotation.pop(0)
        return answer(
            {
                "access_token": f"access-{self.issued}",
                "refresh_token": f"refresh-{self.issued}",
                "expires_in": 86400,
            }
        )


def stored(lasting: timedelta = timedelta(days=1), **changes: object) -> Tokens:
    tokens = Tokens(access_token="access-1", refresh_token="refresh-1", expires_at=NOW + lasting)
    return tokens.model_copy(update=changes)


def source(
    issuer: Issuer, vault: MemoryVault, clock: Clock, exchanges: list[Exchange] | None = None
) -> OAuthToken:
    async def record(exchange: Exchange) -> None:
        if exchanges is not None:
            exchanges.append(exchange)

    return OAuthToken(
        base_url=BASE_URL,
        client_id="app",
        client_secret="canary-secret",
        vault=vault,
        on_exchange=record,
        transport=httpx.MockTransport(issuer),
        clock=clock,
    )


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


async def test_a_good_token_is_used_without_a_call(issuer: Issuer, clock: Clock) -> None:
    token = source(issuer, MemoryVault(stored()), clock)
    assert await token.bearer() == "access-1"
    assert issuer.refreshes == []


async def test_an_expiring_token_is_renewed_and_stored(issuer: Issuer, clock: Clock) -> None:
    vault = MemoryVault(stored(timedelta(seconds=30)))
    assert await source(issuer, vault, clock).bearer() == "access-2"
    kept = Tokens.from_text(await vault.load() or "")
    assert (kept.access_token, kept.refresh_token, kept.uncertain) == (
        "access-2",
        "refresh-2",
        False,
    )


async def test_many_calls_at_once_refresh_once(issuer: Issuer, clock: Clock) -> None:
    token = source(issuer, MemoryVault(stored(timedelta(0))), clock)
    assert set(await asyncio.gather(*(token.bearer() for _ in range(20)))) == {"access-2"}
    assert issuer.refreshes == ["refresh-1"]


async def test_many_processes_refresh_once(issuer: Issuer, clock: Clock) -> None:
    vault = MemoryVault(stored(timedelta(0)))
    tokens = [source(issuer, vault, clock) for _ in range(8)]
    assert set(await asyncio.gather(*(token.bearer() for token in tokens))) == {"access-2"}
    assert issuer.refreshes == ["refresh-1"]


async def test_a_rejected_token_is_replaced_by_the_one_another_process_got(
    issuer: Issuer, clock: Clock
) -> None:
    vault = MemoryVault(stored())
    token = source(issuer, vault, clock)
    assert await token.bearer() == "access-1"
    await vault.save(stored(access_token="access-9").text())
    await token.rejected("access-1")
    assert await token.bearer() == "access-9"
    assert issuer.refreshes == []


async def test_a_rejected_token_is_renewed_even_before_it_expires(
    issuer: Issuer, clock: Clock
) -> None:
    token = source(issuer, MemoryVault(stored()), clock)
    await token.rejected("access-1")
    assert await token.bearer() == "access-2"


async def test_the_new_token_is_stored_before_it_is_used(issuer: Issuer, clock: Clock) -> None:
    class Failing(MemoryVault):
        fails = True

        async def save(self, text: str) -> None:
            if self.fails and "access-2" in text:
                raise OSError("disk full")
            await super().save(text)

    vault = Failing(stored(timedelta(0)))
    token = source(issuer, vault, clock)
    with pytest.raises(OSError, match="disk full"):
        await token.bearer()
    vault.fails = False
    assert await token.bearer() == "access-2"
    assert issuer.refreshes == ["refresh-1"]
    assert "access-2" in (await vault.load() or "")


async def test_a_revoked_token_is_named_as_such(issuer: Issuer, clock: Clock) -> None:
    issuer.issued = 5
    token = source(issuer, MemoryVault(stored(timedelta(0))), clock)
    with pytest.raises(LoginNeeded, match="refuses to renew") as caught:
        await token.bearer()
    assert "vend login" in caught.value.next_step


async def test_a_lost_answer_is_asked_for_again_and_then_needs_a_login(
    issuer: Issuer, clock: Clock
) -> None:
    vault = MemoryVault(stored(timedelta(0)))
    issuer.after_rotation.append(httpx.ReadError("reset"))
    with pytest.raises(TokenUnavailable):
        await source(issuer, vault, clock).bearer()
    with pytest.raises(LoginNeeded, match="lost"):
        await source(issuer, vault, clock).bearer()
    assert issuer.refreshes == ["refresh-1", "refresh-1"]


async def test_an_endpoint_in_trouble_is_left_alone_for_a_while(
    issuer: Issuer, clock: Clock
) -> None:
    issuer.troubles.append(answer({}, 503))
    token = source(issuer, MemoryVault(stored(timedelta(0))), clock)
    with pytest.raises(TokenUnavailable):
        await token.bearer()
    with pytest.raises(BudgetSpent) as caught:
        await token.bearer()
    assert caught.value.available_at == NOW + timedelta(seconds=30)
    await clock.sleep(30)
    assert await token.bearer() == "access-2"


async def test_the_endpoints_own_limit_is_respected(issuer: Issuer, clock: Clock) -> None:
    reset = str(int((NOW + timedelta(seconds=90)).timestamp()))
    issuer.troubles.append(answer({}, 429, x_ratelimit_reset=reset))
    token = source(issuer, MemoryVault(stored(timedelta(0))), clock)
    for _ in range(3):
        with pytest.raises(BudgetSpent) as caught:
            await token.bearer()
        assert caught.value.available_at == NOW + timedelta(seconds=90)
    assert issuer.refreshes == []


@pytest.mark.parametrize("text", [None, "{}", "garbage"])
async def test_without_stored_tokens_somebody_has_to_log_in(
    issuer: Issuer, clock: Clock, text: str | None
) -> None:
    vault = MemoryVault()
    if text is not None:
        await vault.save(text)
    with pytest.raises(LoginNeeded):
        await source(issuer, vault, clock).bearer()


async def test_a_login_stores_the_tokens(issuer: Issuer, clock: Clock) -> None:
    vault = MemoryVault()
    token = source(issuer, vault, clock)
    await token.login("code-1", redirect_uri="http://127.0.0.1:9/cb")
    assert await token.bearer() == "access-2"
    assert "access-2" in (await vault.load() or "")


async def test_a_refused_code_is_no_refused_renewal(issuer: Issuer, clock: Clock) -> None:
    vault = MemoryVault(stored())
    kept = await vault.load()
    issuer.troubles.append(answer({"error": "invalid_grant"}, 400))
    with pytest.raises(LoginNeeded) as caught:
        await source(issuer, vault, clock).login("code-1", redirect_uri="http://127.0.0.1:9/cb")
    said = str(caught.value)
    assert "renew" not in said
    assert "exchange the code" in said
    assert "invalid_grant" in said
    assert all(name in said for name in ("vend login", "client id", "secret", "redirect address"))
    assert await vault.load() == kept


async def test_a_login_without_an_answer_is_not_said_to_go_on_by_itself(
    issuer: Issuer, clock: Clock
) -> None:
    issuer.troubles.append(httpx.ReadError("reset"))
    token = source(issuer, MemoryVault(), clock)
    with pytest.raises(TokenUnavailable, match="login did not succeed") as caught:
        await token.login("code-1", redirect_uri="http://127.0.0.1:9/cb")
    assert "by itself" not in caught.value.next_step
    assert "vend login" in caught.value.next_step


async def test_no_secret_of_a_refresh_reaches_the_log(issuer: Issuer, clock: Clock) -> None:
    exchanges: list[Exchange] = []
    token = source(issuer, MemoryVault(stored(timedelta(0))), clock, exchanges)
    await token.bearer()
    shown = repr(exchanges)
    assert len(exchanges) == 1
    for secret in ("canary-secret", "refresh-1", "access-2", "refresh-2"):
        assert secret not in shown


async def test_a_write_is_not_unknown_when_only_the_token_was(
    issuer: Issuer, clock: Clock, make_client: MakeClient
) -> None:
    issuer.troubles.extend(httpx.ReadError("reset") for _ in range(9))
    token = source(issuer, MemoryVault(stored(timedelta(0))), clock)
    async with make_client(token=token) as api:
        with pytest.raises((TokenUnavailable, BudgetSpent)) as caught:
            await api.consignments.delete("c-1")
    assert not isinstance(caught.value, OutcomeUnknown)


async def test_a_call_whose_token_has_died_goes_out_again(
    issuer: Issuer, clock: Clock, make_client: MakeClient, api: XSeries
) -> None:
    seen: list[str] = []

    def shop(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        ok = seen[-1] == "Bearer access-2"
        return answer({"data": CONSIGNMENT}) if ok else answer({}, 401)

    token = source(issuer, MemoryVault(stored()), clock)
    async with make_client(token=token, transport=httpx.MockTransport(shop)) as client:
        assert (await client.consignments.get("c-1")).id == "c-1"
    assert seen == ["Bearer access-1", "Bearer access-2"]
