"""A token source that refreshes: one refresh at a time, stored before it is used."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeGuard
from uuid import uuid4

import httpx

from lsync.core.lightspeed import oauth
from lsync.core.lightspeed.answers import judge
from lsync.core.lightspeed.errors import (
    BudgetSpent,
    LightspeedError,
    LoginNeeded,
    RateLimited,
    Refused,
    TokenUnavailable,
)
from lsync.core.lightspeed.exchange import ExchangeHook
from lsync.core.lightspeed.oauth import Tokens
from lsync.core.lightspeed.readers import MalformedError
from lsync.core.lightspeed.reply import closed_until
from lsync.core.lightspeed.requests import Call
from lsync.core.lightspeed.transport import USER_AGENT, Attempt, Timeouts, Transport
from lsync.core.lightspeed.wire import Json

PAUSE_AFTER_FAILURE = timedelta(seconds=30)
"""The token endpoint has a small limit of its own (10 in the documented example)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wording:
    """What is said when the token endpoint gives no tokens."""

    what: str
    refused: str
    after_refusal: str
    after_failure: str


_RENEWING = _Wording(
    what="Could not get an access token",
    refused="Lightspeed refuses to renew it",
    after_refusal="Log in again with `lsync vend login`",
    after_failure="The call was not sent; it is tried again by itself",
)
_LOGGING_IN = _Wording(
    what="The login did not succeed; nothing was changed",
    refused="Lightspeed refuses to exchange the code for tokens",
    after_refusal=(
        "Start `lsync vend login` again: a code works once and lasts ten minutes. If that is "
        "refused too, compare client id, client secret and redirect address with those of the "
        "application in Lightspeed's developer portal"
    ),
    after_failure="Start `lsync vend login` again: the code may be used up",
)


class TokenVault(Protocol):
    """Where the tokens are kept. Made of builtins, so that any store can offer one."""

    async def load(self) -> str | None:
        """The text last saved."""
        ...

    async def save(self, text: str) -> None:
        """Keep the text, durably: the token before it is dead by now. It holds secrets."""
        ...

    def exclusive(self) -> AbstractAsyncContextManager[None]:
        """Held by one at a time, over every process that shares the vault."""
        ...


class MemoryVault:
    """A vault for one process; the tokens end with it."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self._text = None if tokens is None else tokens.text()
        self._lock = asyncio.Lock()

    async def load(self) -> str | None:
        """See TokenVault."""
        return self._text

    async def save(self, text: str) -> None:
        """See TokenVault."""
        self._text = text

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """See TokenVault."""
        async with self._lock:
            yield


class OAuthToken:
    """The token source of an application.

    LoginNeeded when there are no tokens or Lightspeed no longer accepts them; BudgetSpent or
    TokenUnavailable while the token endpoint cannot be used. The API call is not sent then.
    """

    def __init__(
        self,
        *,
        base_url: str,
        client_id: str,
        client_secret: str,
        vault: TokenVault,
        on_exchange: ExchangeHook | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        timeouts: Timeouts | None = None,
        user_agent: str = USER_AGENT,
    ) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._vault = vault
        self._clock = clock
        self._transport = Transport(
            base_url=base_url,
            on_exchange=on_exchange,
            transport=transport,
            clock=clock,
            timeouts=timeouts or Timeouts(),
            user_agent=user_agent,
        )
        self._lock = asyncio.Lock()
        self._tokens: Tokens | None = None
        self._unsaved: Tokens | None = None
        self._rejected: str | None = None
        self._closed_until: datetime | None = None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def bearer(self) -> str:
        """See TokenSource."""
        if self._usable(self._tokens):
            return self._tokens.access_token
        async with self._lock:
            return (await self._renewed()).access_token

    async def rejected(self, bearer: str) -> None:
        """See TokenSource. Another process may have a newer one already: then that is used."""
        self._rejected = bearer

    async def login(self, code: str, *, redirect_uri: str) -> Tokens:
        """Exchange the code of an authorization and store the tokens.

        Raises LoginNeeded when Lightspeed refuses the code, BudgetSpent or TokenUnavailable when
        the endpoint cannot be used. The tokens of an earlier login stay then.
        """
        call = oauth.exchange_call(
            code,
            client_id=self._client_id,
            client_secret=self._client_secret,
            redirect_uri=redirect_uri,
        )
        async with self._lock, self._vault.exclusive():
            return await self._keep(await self._ask(call, before=None, wording=_LOGGING_IN))

    async def _renewed(self) -> Tokens:
        if self._usable(self._tokens):
            return self._tokens
        async with self._vault.exclusive():
            if self._unsaved is not None:
                return await self._keep(self._unsaved)
            stored = await self._stored()
            if self._usable(stored):
                self._tokens = stored
                return stored
            return await self._refreshed(stored)

    async def _refreshed(self, stored: Tokens) -> Tokens:
        if stored.refresh_token is None:
            raise _login_needed("the token has expired and there is none to renew it with")
        self._check_open()
        # Written first: after a crash it tells that the refresh token may be used up already.
        await self._vault.save(stored.model_copy(update={"uncertain": True}).text())
        call = oauth.refresh_call(
            stored.refresh_token, client_id=self._client_id, client_secret=self._client_secret
        )
        try:
            return await self._keep(await self._ask(call, before=stored, wording=_RENEWING))
        except LoginNeeded as refused:
            if stored.uncertain:
                raise _login_needed(
                    "the answer to an earlier refresh was lost, which used the token up"
                ) from refused
            raise

    async def _ask(self, call: Call, *, before: Tokens | None, wording: _Wording) -> Tokens:
        try:
            value = await self._send(call)
            return oauth.read_tokens(value, now=self._clock(), before=before)
        except RateLimited as error:
            self._closed_until = error.retry_at
            raise BudgetSpent(wording.what, available_at=error.retry_at) from error
        except Refused as error:
            why = f"{wording.refused}: {error.why}"
            raise LoginNeeded(wording.what, why=why, next_step=wording.after_refusal) from error
        except (LightspeedError, MalformedError) as error:
            self._closed_until = self._clock() + PAUSE_AFTER_FAILURE
            raise TokenUnavailable(
                wording.what,
                why=error.why if isinstance(error, LightspeedError) else str(error),
                next_step=wording.after_failure,
            ) from error

    async def _send(self, call: Call) -> Json:
        attempt = Attempt(call=call, request_id=uuid4().hex, number=1, bearer=None)
        answer = await self._transport.exchange(attempt)
        self._closed_until = closed_until(answer)
        return judge(call, answer, request_id=attempt.request_id)

    async def _keep(self, tokens: Tokens) -> Tokens:
        # Kept at hand until it is stored: if storing fails, this pair is the only one that lives.
        self._unsaved = tokens
        await self._vault.save(tokens.text())
        self._unsaved = None
        self._tokens = tokens
        return tokens

    async def _stored(self) -> Tokens:
        text = await self._vault.load()
        if text is None:
            raise _login_needed("nobody has logged in yet")
        try:
            return Tokens.from_text(text)
        except ValueError as error:
            raise _login_needed(str(error)) from None

    def _usable(self, tokens: Tokens | None) -> TypeGuard[Tokens]:
        if tokens is None or tokens.access_token == self._rejected:
            return False
        return tokens.good_at(self._clock())

    def _check_open(self) -> None:
        if self._closed_until is not None and self._clock() < self._closed_until:
            raise BudgetSpent(_RENEWING.what, available_at=self._closed_until)


def _login_needed(why: str) -> LoginNeeded:
    return LoginNeeded(_RENEWING.what, why=why, next_step=_RENEWING.after_refusal)
