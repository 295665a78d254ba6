"""Goods counted here reach Lightspeed as totals: once, read back, never over a count made there."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from lsync.core.domain.decision import Decision, DecisionState
from lsync.core.domain.goods import Counted
from lsync.core.domain.order import OrderState
from lsync.core.domain.outcome import Dead, Done, Retry
from lsync.core.store import decisions, goods
from lsync.core.store.database import Database, Transaction
from lsync.core.sync.deciding import Answer, decide
from lsync.core.sync.receiving import BadCountError, Recorded, record_goods
from tests.sync.retailer import Retailer, StillClock, done, orderable

D = Decimal


async def count(
    retailer: Retailer, *received: int, delivery: str = "DN-1", push: bool = True
) -> Recorded:
    order = await retailer.order()
    counted: Sequence[Counted] = [
        Counted(line_no=no, received=D(it)) for no, it in enumerate(received, start=1) if it
    ]

    async def work(tx: Transaction) -> Recorded:
        return await record_goods(
            tx, order, counted=counted, delivery=delivery, by="ada", push=push, max_attempts=4
        )

    return await retailer.database.run(work)


async def received_there(retailer: Retailer) -> list[Decimal]:
    """Received amounts at Lightspeed, in the order's sequence."""
    (consignment,) = retailer.world.consignments
    found = {line.sku: line.received for line in consignment.lines}
    return [found.get(sku, D(0)) for sku in orderable(3)]


async def writes(retailer: Retailer) -> int:
    answer = await retailer.control.get("/ledger")
    return sum(entry["method"] == "PUT" and "products" in entry["path"] for entry in answer.json())


async def open_questions(retailer: Retailer) -> list[Decision]:
    async with retailer.database.read() as tx:
        return [it for it in await decisions.listing(tx) if it.state is DecisionState.OPEN]


async def answer(retailer: Retailer, decision: Decision, state: DecisionState) -> None:
    async def work(tx: Transaction) -> None:
        await decide(retailer.engine, tx, decision, Answer(state=state, by="ada"))

    await retailer.database.run(work)


@pytest.fixture
async def sent(retailer: Retailer) -> Retailer:
    """A retailer with a sent order of three lines: 2, 3 and 4 pieces."""
    await retailer.approve()
    done(await retailer.push())
    return retailer


async def test_totals_arrive_on_either_database(either: Database, clock: StillClock) -> None:
    retailer = Retailer(either, clock=clock, products=60)
    await retailer.open()
    await retailer.approve()
    done(await retailer.push())
    await count(retailer, 1, 3)
    await count(retailer, 1, delivery="DN-2")
    ((kind, outcome),) = await retailer.run_jobs()
    assert (kind, done(outcome).result["lines"]) == ("receipt.push", 2)
    assert await received_there(retailer) == [2, 3, 0]
    order = await retailer.order()
    assert order.state is OrderState.RECEIVING
    assert [line.received for line in order.lines] == [2, 3, 0]


async def test_a_delivery_counts_once(sent: Retailer) -> None:
    assert (await count(sent, 1)).fresh
    assert not (await count(sent, 1)).fresh
    with pytest.raises(BadCountError, match="with other numbers"):
        await count(sent, 2)
    order = await sent.order()
    async with sent.database.read() as tx:
        assert len(await goods.of_order(tx, order.id or 0)) == 1


async def test_without_the_setting_nothing_is_sent(sent: Retailer) -> None:
    recorded = await count(sent, 2, 3, 4, push=False)
    assert recorded.job_id is None
    assert await sent.run_jobs() == []
    assert await received_there(sent) == [0, 0, 0]


async def test_nothing_moves_the_stock(sent: Retailer) -> None:
    await count(sent, 2, 3, 4)
    await sent.run_jobs()
    answer = await sent.control.get("/ledger")
    operations = {entry["path"] for entry in answer.json()}
    assert not any("stock_adjustments" in path or "inventory" in path for path in operations)
    (consigned,) = (await sent.ledger()).values()
    assert consigned.status == "DISPATCHED"


async def test_running_again_writes_nothing_more(sent: Retailer) -> None:
    await count(sent, 2, 3)
    await sent.run_jobs()
    before = await writes(sent)
    recorded = await count(sent, 2, 3)
    assert recorded.job_id is None
    await count(sent, 0, 0, 1, delivery="DN-2")
    await sent.run_jobs()
    assert await writes(sent) == before + 1
    assert await received_there(sent) == [2, 3, 1]


async def test_lost_answers_are_resolved_by_looking_at_once(sent: Retailer) -> None:
    before = await writes(sent)
    await sent.fault("lost_reply", count=3, method="PUT", path="products/")
    await count(sent, 2, 3, 4)
    ((_, outcome),) = await sent.run_jobs()
    assert isinstance(outcome, Done), "each look showed that one more had happened"
    assert await received_there(sent) == [2, 3, 4]
    assert await writes(sent) == before + 3, "none was set twice"


async def test_a_write_that_did_not_happen_waits_for_the_next_attempt(sent: Retailer) -> None:
    await sent.fault("lost_request", count=1, method="PUT", path="products/")
    await count(sent, 2, 3)
    ((_, lost),) = await sent.run_jobs()
    assert isinstance(lost, Retry)
    sent.clock.move(timedelta(minutes=2))
    await count(sent, 1, delivery="DN-2")
    outcomes = [outcome for _, outcome in await sent.run_jobs()]
    assert all(isinstance(it, Done) for it in outcomes)
    assert await received_there(sent) == [3, 3, 0]
    assert await open_questions(sent) == []


async def test_a_count_made_there_is_asked_about_and_may_be_taken_over(sent: Retailer) -> None:
    consignment = (await sent.order()).consignment_id or ""
    first, *_ = orderable(3)
    await sent.receive(consignment, lines={first: "1"}, finish=False)
    await count(sent, 2, 3)
    await sent.run_jobs()
    assert await received_there(sent) == [1, 3, 0]
    (asked,) = await open_questions(sent)
    assert (asked.ours, asked.theirs) == (D(2), D(1))
    await answer(sent, asked, DecisionState.ACCEPTED)
    await count(sent, 0, 0, 4, delivery="DN-2")
    await sent.run_jobs()
    assert await received_there(sent) == [1, 3, 4]
    assert await open_questions(sent) == []


async def test_rejecting_sends_the_count_made_here(sent: Retailer) -> None:
    consignment = (await sent.order()).consignment_id or ""
    first, *_ = orderable(3)
    await sent.receive(consignment, lines={first: "1"}, finish=False)
    await count(sent, 2)
    await sent.run_jobs()
    (asked,) = await open_questions(sent)
    await answer(sent, asked, DecisionState.REJECTED)
    await sent.run_jobs()
    assert await received_there(sent) == [2, 0, 0]
    assert await open_questions(sent) == []


async def test_a_question_lapses_when_the_counts_agree_again(sent: Retailer) -> None:
    consignment = (await sent.order()).consignment_id or ""
    first, *_ = orderable(3)
    await sent.receive(consignment, lines={first: "1"}, finish=False)
    await count(sent, 2)
    await sent.run_jobs()
    await count(sent, -1, delivery="DN-2")
    await sent.run_jobs()
    assert await open_questions(sent) == []
    assert await received_there(sent) == [1, 0, 0]


async def test_a_completed_consignment_takes_no_goods_and_says_so(sent: Retailer) -> None:
    consignment = (await sent.order()).consignment_id or ""
    await sent.receive(consignment)
    await sent.pull()
    await count(sent, 1)
    ((_, outcome),) = await sent.run_jobs()
    assert isinstance(outcome, Dead)
    assert "takes no goods any more" in outcome.error
