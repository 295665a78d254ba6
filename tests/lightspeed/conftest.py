"""A client over recorded answers, with a clock that moves only when somebody sleeps."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from lsync.core.lightspeed import Exchange, MemoryBudget, StaticToken, XSeries

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
BASE_URL = "https://example.retail.lightspeed.app/api/2026-07"


@dataclass
class Clock:
    """Time that passes by sleeping."""

    now: datetime = NOW
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class Peer:
    """Answers what was recorded, in order, and remembers what it was asked."""

    answers: list[httpx.Response | Exception] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def will(self, *answers: httpx.Response | Exception) -> None:
        self.answers.extend(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def sent(self, index: int = -1) -> Any:
        return json.loads(self.requests[index].content)

    @property
    def asked(self) -> list[str]:
        prefix = "/api/2026-07"
        return [f"{r.method} {r.url.raw_path.decode().removeprefix(prefix)}" for r in self.requests]


def answer(value: Any, status: int = 200, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return httpx.Response(status, json=value, headers=named)


def listing(*items: dict[str, Any], last: int | None = None) -> httpx.Response:
    return answer({"data": list(items), "version": {"min": last, "max": last}})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def peer() -> Peer:
    return Peer()


@pytest.fixture
def budget(clock: Clock) -> MemoryBudget:
    return MemoryBudget(limit=350, clock=clock)


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


MakeClient = Callable[..., XSeries]


@pytest.fixture
def make_client(
    peer: Peer, clock: Clock, budget: MemoryBudget, exchanges: list[Exchange]
) -> MakeClient:
    async def record(exchange: Exchange) -> None:
        exchanges.append(exchange)

    def make(**options: Any) -> XSeries:
        given: dict[str, Any] = {
            "base_url": BASE_URL,
            "token": StaticToken("canary-token"),
            "budget": budget,
            "transport": httpx.MockTransport(peer),
            "clock": clock,
            "sleep": clock.sleep,
            "on_exchange": record,
        }
        return XSeries(**{**given, **options})

    return make


@pytest.fixture
async def api(make_client: MakeClient) -> AsyncIterator[XSeries]:
    async with make_client() as client:
        yield client
