from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from hypothesis import given
from hypothesis import strategies as st

from lsync.simulator.budget import WINDOW, Budget, budget_limit
from lsync.simulator.config import SimulatorConfig
from tests.simulator.shop import START, Shop, StillClock


def test_the_limit_grows_with_the_registers() -> None:
    assert [budget_limit(registers) for registers in (1, 2, 10)] == [350, 650, 3050]


async def test_every_answer_tells_what_is_left(shop: Shop) -> None:
    answers = [await shop.api.get("/outlets") for _ in range(3)]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["349", "348", "347"]
    assert answers[0].headers["X-RateLimit-Limit"] == "350"


async def test_a_spent_budget_answers_429_with_an_http_date(clock: StillClock) -> None:
    shop = Shop(SimulatorConfig(clock=clock, registers=0, products=1))
    for _ in range(50):
        assert (await shop.api.get("/outlets")).status_code == 200
        clock.move(1.25)
    answer = await shop.api.get("/outlets")
    assert answer.status_code == 429
    assert answer.json() == {"error": "Too Many Requests", "message": "Rate limiting enforced"}
    assert parsedate_to_datetime(answer.headers["Retry-After"]) == START + WINDOW
    assert answer.headers["X-RateLimit-Remaining"] == "0"

    await shop.control.post("/clock", json={"advance": 300 - 50 * 1.25})
    assert (await shop.api.get("/outlets")).status_code == 200


async def test_calls_without_a_valid_token_cost_nothing(shop: Shop) -> None:
    for headers in ({"Authorization": "Bearer wrong"}, {"Authorization": "simulator-token"}):
        assert (await shop.api.get("/outlets", headers=headers)).status_code == 401
    assert (await shop.api.get("/outlets")).headers["X-RateLimit-Remaining"] == "349"


async def test_the_control_side_costs_nothing(shop: Shop) -> None:
    await shop.control.get("/ledger")
    assert (await shop.control.get("/calls")).json()["remaining"] == 350


@given(gaps=st.lists(st.integers(0, 40), max_size=400))
def test_no_window_of_300_seconds_holds_more_than_the_limit(gaps: list[int]) -> None:
    budget, now = Budget(registers=0), datetime(2026, 1, 1, tzinfo=UTC)
    passed: list[datetime] = []
    for gap in gaps:
        now += timedelta(seconds=gap)
        until = budget.spend(now)
        if until is None:
            passed.append(now)
        else:
            assert now < until <= now + WINDOW
    for place, first in enumerate(passed):
        assert sum(first <= call < first + WINDOW for call in passed[place:]) <= 50
