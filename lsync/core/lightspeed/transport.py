"""One attempt of one call over httpx, reported to the log. Budget, token and repeats: `caller`."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version

import httpx

from lsync.core.lightspeed.answers import readable, undecided
from lsync.core.lightspeed.errors import LightspeedError, NotExecuted
from lsync.core.lightspeed.exchange import (
    REMOVED,
    Exchange,
    ExchangeHook,
    clean_body,
    clean_headers,
)
from lsync.core.lightspeed.hosts import sibling_url
from lsync.core.lightspeed.reply import Answer
from lsync.core.lightspeed.requests import Call

log = logging.getLogger(__name__)

USER_AGENT = f"lsync/{version('lsync')}"

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes after decompression; a page of 1,000 products stays below 5 MB."""

_BEFORE_THE_FIRST_BYTE = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds per phase; `total` bounds one attempt from start to end."""

    connect: float = 5.0
    read: float = 30.0
    write: float = 30.0
    pool: float = 5.0
    total: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Which attempt of which call this is, and the token it carries, if any."""

    call: Call
    request_id: str
    number: int
    bearer: str | None


class OversizedError(Exception):
    """The answer grew beyond `LARGEST_ANSWER`."""

    def __init__(self) -> None:
        super().__init__(f"the answer is larger than {LARGEST_ANSWER} bytes")


def trusted(base_url: str) -> ssl.SSLContext | bool:
    """Whom to trust behind ``base_url``: the usual authorities, or nobody where TLS is not used.

    Reading all authorities takes longer than anything else in making a client.
    """
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if base_url.startswith("http://") else True


class Transport:
    """One connection pool to one base URL."""

    def __init__(
        self,
        *,
        base_url: str,
        on_exchange: ExchangeHook | None,
        transport: httpx.AsyncBaseTransport | None,
        clock: Callable[[], datetime],
        timeouts: Timeouts,
        user_agent: str,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._on_exchange = on_exchange
        self._clock = clock
        self._total_s = timeouts.total
        phases = httpx.Timeout(
            connect=timeouts.connect,
            read=timeouts.read,
            write=timeouts.write,
            pool=timeouts.pool,
        )
        self._http = httpx.AsyncClient(
            headers={"accept": "application/json", "user-agent": user_agent},
            timeout=phases,
            follow_redirects=False,
            verify=trusted(base_url),
            # The API has no sessions, and one cookie that is no ASCII would break every later call.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            transport=transport,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def exchange(self, attempt: Attempt) -> Answer:
        """Send once. Whatever status comes back is an Answer; no answer is an error of the tree."""
        request = self._build(attempt)
        started_at = self._clock()
        try:
            async with asyncio.timeout(self._total_s):
                answer = await self._receive(request)
        except (httpx.HTTPError, TimeoutError, OversizedError) as error:
            failure = _translate(attempt, error)
            await self._report(attempt, request, None, started_at, error=failure.why)
            raise failure from error
        await self._report(attempt, request, answer, started_at, error=None)
        return answer

    def _build(self, attempt: Attempt) -> httpx.Request:
        call = attempt.call
        headers = {"authorization": f"Bearer {attempt.bearer}"} if attempt.bearer else {}
        if call.body is not None:
            headers["content-type"] = call.content_type
        base_url = self._base_url
        if call.version is not None:
            base_url = sibling_url(base_url, api_version=call.version)
        return self._http.build_request(
            call.method, base_url + call.target, headers=headers, content=call.body
        )

    async def _receive(self, request: httpx.Request) -> Answer:
        response = await self._http.send(request, stream=True)
        body = bytearray()
        try:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    raise OversizedError
        except httpx.DecodingError:
            # A refusal is a refusal, whatever became of its text.
            if response.is_success:
                raise
            body.clear()
        finally:
            await response.aclose()
        return Answer(
            status=response.status_code,
            headers=dict(response.headers),
            body=bytes(body),
            at=self._clock(),
        )

    async def _report(
        self,
        attempt: Attempt,
        request: httpx.Request,
        answer: Answer | None,
        started_at: datetime,
        *,
        error: str | None,
    ) -> None:
        if self._on_exchange is None:
            return
        elapsed = self._clock() - started_at
        exchange = Exchange(
            request_id=attempt.request_id,
            attempt=attempt.number,
            doing=attempt.call.doing,
            method=attempt.call.method,
            url=str(request.url),
            started_at=started_at,
            duration_ms=max(int(elapsed.total_seconds() * 1000), 0),
            status=None if answer is None else answer.status,
            request_headers=clean_headers(request.headers.items()),
            request_body=_logged(attempt, attempt.call.body),
            response_headers=None if answer is None else clean_headers(answer.headers.items()),
            response_body=None if answer is None else _logged(attempt, answer.body),
            error=error,
        )
        try:
            await self._on_exchange(exchange)
        except Exception:
            log.exception(
                "the exchange could not be logged", extra={"request_id": attempt.request_id}
            )


def _logged(attempt: Attempt, body: bytes | None) -> str | None:
    if attempt.call.confidential:
        return REMOVED
    return clean_body(body, secrets=(attempt.bearer,) if attempt.bearer else ())


def _translate(attempt: Attempt, error: Exception) -> LightspeedError:
    """What a failed exchange proves: nothing happened only if it broke before the first byte."""
    reason = f"{type(error).__name__}: {readable(str(error))}".rstrip(": ")
    if isinstance(error, _BEFORE_THE_FIRST_BYTE):
        return NotExecuted(
            f"Could not {attempt.call.doing}",
            why=f"Lightspeed cannot be reached ({reason})",
            next_step="Check the network and the base URL; nothing was sent",
            request_id=attempt.request_id,
        )
    return undecided(
        attempt.call, why=f"no complete answer came ({reason})", request_id=attempt.request_id
    )
