import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from lsync.core.lightspeed import (
    BudgetSpent,
    BudgetWait,
    ConsignmentDraft,
    LineDraft,
    MemoryBudget,
    NotExecuted,
    OutcomeUnknown,
    RateLimited,
    Unauthorized,
    Unavailable,
    XSeries,
)
from lsync.core.lightspeed.budget import HELD

from .conftest import NOW, Clock, MakeClient, Peer, answer, listing
from .test_models import CONSIGNMENT

DRAFT = ConsignmentDraft(name="PO-1", outlet_id="o-1")
_REQUEST = httpx.Request("POST", "https://example.retail.lightspeed.app")

UNSENT = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    httpx.PoolTimeout("full"),
    httpx.ProxyError("no"),
]
SENT = [
    httpx.ReadTimeout("slow"),
    httpx.WriteTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.WriteError("pipe"),
    httpx.RemoteProtocolError("closed"),
    httpx.DecodingError("gzip"),
    TimeoutError(),
]


def name(error: Exception) -> str:
    return type(error).__name__


@pytest.mark.parametrize("error", UNSENT, ids=name)
async def test_a_write_that_never_left_is_sent_again(
    api: XSeries, peer: Peer, clock: Clock, error: Exception
) -> None:
    peer.will(error, answer({"data": CONSIGNMENT}, 201))
    assert (await api.consignments.create(DRAFT)).id == "c-1"
    assert len(clock.slept) == 1


@pytest.mark.parametrize("error", UNSENT, ids=name)
async def test_giving_up_says_that_nothing_was_sent(
    api: XSeries, peer: Peer, error: Exception
) -> None:
    peer.will(*[error] * 4)
    with pytest.raises(NotExecuted, match="nothing was sent"):
        await api.consignments.create(DRAFT)


@pytest.mark.parametrize("error", SENT, ids=name)
async def test_a_write_that_may_have_left_is_never_sent_again(
    api: XSeries, peer: Peer, error: Exception
) -> None:
    peer.will(error)
    with pytest.raises(OutcomeUnknown) as caught:
        await api.consignments.create(DRAFT)
    assert len(peer.requests) == 1
    assert caught.value.may_have_happened
    assert caught.value.request_id


@pytest.mark.parametrize("error", SENT, ids=name)
async def test_a_read_is_repeated_whatever_broke(
    api: XSeries, peer: Peer, clock: Clock, error: Exception
) -> None:
    peer.will(error, error, answer({"data": CONSIGNMENT}))
    assert (await api.consignments.get("c-1")).id == "c-1"
    assert len(clock.slept) == 2


async def test_a_read_is_given_up_after_four_attempts(api: XSeries, peer: Peer) -> None:
    peer.will(*[answer({}, 502) for _ in range(4)])
    with pytest.raises(Unavailable, match="502"):
        await api.consignments.get("c-1")
    assert len(peer.requests) == 4


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_5xx_on_a_write_is_unknown(api: XSeries, peer: Peer, status: int) -> None:
    peer.will(answer({}, status))
    with pytest.raises(OutcomeUnknown):
        await api.consignments.create(DRAFT)
    assert len(peer.requests) == 1


async def test_a_429_is_not_executed_and_waited_out(api: XSeries, peer: Peer, clock: Clock) -> None:
    peer.will(answer({}, 429, retry_after="30"), answer({"data": CONSIGNMENT}, 201))
    assert (await api.consignments.create(DRAFT)).id == "c-1"
    assert clock.now == NOW + timedelta(seconds=30)


async def test_a_429_storm_ends_with_the_time_to_come_back(api: XSeries, peer: Peer) -> None:
    peer.will(*[answer({}, 429, retry_after="30") for _ in range(4)])
    with pytest.raises(RateLimited) as caught:
        await api.consignments.create(DRAFT)
    assert caught.value.retry_at == NOW + timedelta(seconds=120)


async def test_impatient_calls_learn_when_to_come_back(
    api: XSeries, peer: Peer, budget: MemoryBudget, clock: Clock
) -> None:
    await budget.acquire(calls=340)
    impatient = api.scoped(max_wait=timedelta(seconds=10))
    with pytest.raises(BudgetSpent) as caught:
        await impatient.consignments.get("c-1")
    assert caught.value.available_at == NOW + HELD
    assert (peer.requests, clock.slept) == ([], [])


async def test_impatient_calls_do_not_wait_out_a_429(api: XSeries, peer: Peer) -> None:
    peer.will(answer({}, 429, retry_after="30"))
    with pytest.raises(RateLimited):
        await api.scoped(max_wait=timedelta(seconds=10)).consignments.get("c-1")
    assert len(peer.requests) == 1


async def test_patient_calls_wait_visibly(
    make_client: MakeClient, peer: Peer, budget: MemoryBudget, clock: Clock
) -> None:
    waits: list[BudgetWait] = []
    await budget.acquire(calls=340)
    peer.will(answer({"data": CONSIGNMENT}))
    async with make_client(on_wait=waits.append) as api:
        await api.consignments.get("c-1")
    assert [wait.until for wait in waits] == [NOW + HELD]
    assert clock.now == NOW + HELD


async def test_waiting_for_the_budget_can_be_cancelled(
    make_client: MakeClient, peer: Peer, budget: MemoryBudget
) -> None:
    await budget.acquire(calls=340)
    async with make_client(sleep=asyncio.sleep) as api:
        task = asyncio.create_task(api.consignments.get("c-1"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert peer.requests == []


async def test_urgent_calls_use_the_reserve(
    api: XSeries, peer: Peer, budget: MemoryBudget, clock: Clock
) -> None:
    await budget.acquire(calls=340)
    peer.will(answer({"data": CONSIGNMENT}))
    await api.scoped(urgent=True).consignments.get("c-1")
    assert clock.slept == []


async def test_every_attempt_is_counted_and_headers_correct_the_count(
    api: XSeries, peer: Peer, budget: MemoryBudget
) -> None:
    headers = {"x_ratelimit_limit": "350", "x_ratelimit_remaining": "300"}
    peer.will(answer({}, 500), answer({"data": CONSIGNMENT}, 200, **headers))
    await api.consignments.get("c-1")
    assert budget.left == 300


class TwoTokens:
    """Offers the second token once the first was rejected."""

    def __init__(self) -> None:
        self.tokens = ["old", "new"]
        self.rejections: list[str] = []

    async def bearer(self) -> str:
        return self.tokens[0]

    async def rejected(self, bearer: str) -> None:
        self.rejections.append(bearer)
        self.tokens = self.tokens[1:] or self.tokens


async def test_a_rejected_token_is_replaced_once_even_for_a_write(
    make_client: MakeClient, peer: Peer
) -> None:
    peer.will(answer({}, 401), answer({"data": CONSIGNMENT}, 201))
    token = TwoTokens()
    async with make_client(token=token) as api:
        await api.consignments.create(DRAFT)
    assert token.rejections == ["old"]
    assert [r.headers["authorization"] for r in peer.requests] == ["Bearer old", "Bearer new"]


async def test_a_personal_token_is_tried_once(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"error": "Invalid token"}, 401))
    with pytest.raises(Unauthorized, match="Check the token"):
        await api.consignments.get("c-1")
    assert len(peer.requests) == 1


@pytest.mark.parametrize("broken", [{"data": {}}, {"data": []}, [], "ok", {"data": {"id": 7}}])
async def test_a_created_consignment_without_a_readable_id_is_unknown(
    api: XSeries, peer: Peer, broken: Any
) -> None:
    peer.will(answer(broken, 201))
    with pytest.raises(OutcomeUnknown, match="breaks the contract"):
        await api.consignments.create(DRAFT)


async def test_many_calls_at_once_share_one_budget(
    api: XSeries, peer: Peer, budget: MemoryBudget
) -> None:
    peer.will(*[listing() for _ in range(20)])
    await asyncio.gather(*(api.suppliers.list() for _ in range(20)))
    assert budget.left == 330


async def test_a_bulk_call_with_a_bad_quantity_is_refused_before_it_counts(
    api: XSeries, budget: MemoryBudget
) -> None:
    from decimal import Decimal

    with pytest.raises(ValueError, match="does not fit"):
        await api.consignments.add_lines_bulk(
            "c-1", [LineDraft(product_id="p", count=Decimal("0.000001"))]
        )
    assert budget.left == 350


async def test_a_budget_that_fails_after_the_answer_does_not_lose_it(
    make_client: MakeClient, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    class Forgetful(MemoryBudget):
        async def observe(self, **_: Any) -> None:
            raise OSError("database gone")

    peer.will(answer({"data": CONSIGNMENT}, 201))
    forgetful = Forgetful(limit=350, clock=lambda: NOW)
    async with make_client(budget=forgetful) as api:
        assert (await api.consignments.create(DRAFT)).id == "c-1"
    assert "could not be corrected" in caplog.text


async def test_a_budget_on_a_slower_clock_is_not_asked_without_pause(
    make_client: MakeClient, peer: Peer, clock: Clock
) -> None:
    class Behind(MemoryBudget):
        asked = 0

        async def acquire(self, *, calls: int = 1, urgent: bool = False) -> datetime | None:
            self.asked += 1
            return NOW - timedelta(seconds=3) if self.asked <= 5 else None

    behind = Behind(limit=350, clock=clock)
    peer.will(answer({"data": CONSIGNMENT}))
    async with make_client(budget=behind) as api:
        await api.consignments.get("c-1")
    assert len(clock.slept) == 5
    assert min(clock.slept) >= 0.1
