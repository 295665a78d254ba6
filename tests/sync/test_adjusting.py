"""Stock adjustments are posted exactly once, whatever happens to their answers."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert

from lsync.core.domain.adjustment import Adjustment, AdjustmentState
from lsync.core.domain.decision import DecisionKind, DecisionState
from lsync.core.domain.outcome import Outcome, Snooze
from lsync.core.store import adjustments, decisions
from lsync.core.store.database import Database, Transaction
from lsync.core.sync.adjusting import BadAdjustmentsError, queue_adjustments, record
from lsync.core.sync.deciding import Answer, decide
from tests.sync.retailer import QUIET, Retailer, StillClock, done, orderable

D = Decimal
S = AdjustmentState
FIRST, SECOND, THIRD = orderable(3)


def broken(name: str = "A-1", quantity: str = "-3", **changes: str) -> Adjustment:
    values = {"sku": FIRST, "outlet": "Main Street", "reason": "DAMAGE", **changes}
    return Adjustment(name=name, quantity=D(quantity), **values)  # type: ignore[arg-type]  # texts


async def take(retailer: Retailer, *wanted: Adjustment) -> list[bool]:
    async def work(tx: Transaction) -> list[bool]:
        return [fresh for _, fresh in await record(tx, wanted, by="ada", max_attempts=9)]

    return await retailer.database.run(work)


async def standing(retailer: Retailer) -> dict[str, AdjustmentState]:
    async with retailer.database.read() as tx:
        return {it.name: it.state for it in await adjustments.listing(tx)}


async def ledger(retailer: Retailer) -> list[tuple[str, Decimal, str]]:
    """Every adjustment Lightspeed has accepted: product, quantity, reason."""
    skus = {row.id: str(row.fields["sku"]) for row in retailer.world.products}
    answer = await retailer.control.get("/ledger")
    made = [
        it
        for entry in answer.json()
        if "stock_adjustments" in entry["path"]
        for it in entry["effect"]["created"]
    ]
    return sorted((skus[it["product_id"]], D(it["quantity"]), it["reason"]) for it in made)


async def run_to_the_end(retailer: Retailer) -> Sequence[Outcome]:
    """Run what is due and let time pass until nothing is left."""
    outcomes: list[Outcome] = []
    for _ in range(12):
        ran = await retailer.run_jobs()
        outcomes += [outcome for _, outcome in ran]
        retailer.clock.move(timedelta(minutes=3))
    return outcomes


@pytest.fixture
async def anywhere(either: Database, clock: StillClock) -> Retailer:
    """A retailer on a database of each kind."""
    retailer = Retailer(either, clock=clock, products=60)
    await retailer.open()
    return retailer


async def test_adjustments_are_posted_with_their_reasons_and_read_back(anywhere: Retailer) -> None:
    found = broken("A-2", "5", sku=SECOND, reason="stock_found")
    assert await take(anywhere, broken(), found) == [True, True]
    ((kind, outcome),) = await anywhere.run_jobs()
    assert (kind, done(outcome).result["posted"]) == ("stock.adjust", 2)
    expected = [(FIRST, D(-3), "DAMAGE"), (SECOND, D(5), "STOCK_FOUND")]
    assert await ledger(anywhere) == expected
    assert await standing(anywhere) == {"A-1": S.POSTED, "A-2": S.POSTED}
    assert await take(anywhere, broken(), found) == [False, False]
    await run_to_the_end(anywhere)
    assert await ledger(anywhere) == expected


async def test_a_row_of_another_program_is_posted_too(anywhere: Retailer) -> None:
    async with anywhere.database.write() as tx:
        values = {
            "name": "WMS-1",
            "outlet": "Main Street",
            "sku": FIRST,
            "quantity": D(-1),
            "reason": "THEFT",
        }
        await tx.execute(insert(tx.tables.stock_adjustments).values(values))
        await queue_adjustments(tx, max_attempts=4)
    await anywhere.run_jobs()
    assert await ledger(anywhere) == [(FIRST, D(-1), "THEFT")]


async def test_a_name_counts_once_and_a_bad_one_keeps_all_out(retailer: Retailer) -> None:
    await take(retailer, broken())
    with pytest.raises(BadAdjustmentsError, match="for something else"):
        await take(retailer, broken("A-2"), broken("A-1", "-4"))
    with pytest.raises(BadAdjustmentsError, match="lowers the stock"):
        await take(retailer, broken("A-2", "4"))
    assert await standing(retailer) == {"A-1": S.RECORDED}


@pytest.mark.parametrize("fault", ["lost_reply", "5xx", "truncated_json", "lost_request"])
async def test_a_lost_answer_never_posts_twice(retailer: Retailer, fault: str) -> None:
    await retailer.fault(fault, count=1, method="POST", path="stock_adjustments")
    await take(retailer, broken(), broken("A-2", "-1", sku=SECOND))
    await run_to_the_end(retailer)
    expected = [(FIRST, D(-3), "DAMAGE"), (SECOND, D(-1), "DAMAGE")]
    assert await ledger(retailer) == expected
    assert set((await standing(retailer)).values()) == {S.POSTED}


async def test_a_late_execution_within_the_quiet_period_posts_once(retailer: Retailer) -> None:
    late = QUIET.total_seconds() - 60
    await retailer.fault(
        "late_execution", count=1, method="POST", path="stock_adjustments", seconds=late
    )
    await take(retailer, broken())
    outcomes = await run_to_the_end(retailer)
    assert any(isinstance(it, Snooze) for it in outcomes)
    assert await ledger(retailer) == [(FIRST, D(-3), "DAMAGE")]
    assert await standing(retailer) == {"A-1": S.POSTED}


async def test_alike_adjustments_are_two_and_told_apart(retailer: Retailer) -> None:
    await retailer.fault("lost_reply", count=1, method="POST", path="stock_adjustments")
    await take(retailer, broken("A-1"), broken("A-2"))
    await run_to_the_end(retailer)
    assert await ledger(retailer) == [(FIRST, D(-3), "DAMAGE")] * 2
    async with retailer.database.read() as tx:
        found = await adjustments.listing(tx)
    assert len({it.lightspeed_id for it in found}) == 2


async def test_what_lightspeed_refuses_fails_alone_with_its_reason(retailer: Retailer) -> None:
    gone = next(row for row in retailer.world.products if row.fields["sku"] == SECOND)
    await take(retailer, broken(), broken("A-2", sku=SECOND), broken("A-3", sku=THIRD))
    await retailer.client.products.delete(gone.id)
    await run_to_the_end(retailer)
    states = await standing(retailer)
    assert (states["A-1"], states["A-2"], states["A-3"]) == (S.POSTED, S.FAILED, S.POSTED)
    assert [sku for sku, _, _ in await ledger(retailer)] == [FIRST, THIRD]


async def test_unknown_words_fail_with_a_reason(retailer: Retailer) -> None:
    await take(
        retailer,
        broken("A-1", sku="NOPE"),
        broken("A-2", outlet="Nowhere"),
        broken("A-3", reason="No such reason"),
    )
    await retailer.run_jobs()
    async with retailer.database.read() as tx:
        errors = {it.name: it.error or "" for it in await adjustments.listing(tx)}
    assert "NOPE" in errors["A-1"]
    assert "outlet Nowhere" in errors["A-2"]
    assert "no reason No such reason" in errors["A-3"]
    assert await ledger(retailer) == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(DecisionState.ACCEPTED, S.POSTED), (DecisionState.REJECTED, S.REJECTED)],
)
async def test_a_large_one_waits_for_a_person(
    retailer: Retailer, answer: DecisionState, expected: AdjustmentState
) -> None:
    await take(retailer, broken("BIG", "-101"), broken("A-1"))
    await run_to_the_end(retailer)
    assert await standing(retailer) == {"BIG": S.WAITING, "A-1": S.POSTED}
    async with retailer.database.read() as tx:
        (asked,) = await decisions.listing(tx)
    assert (asked.kind, asked.order_number) == (DecisionKind.STOCK, None)
    assert "101 units are more than 100" in asked.question

    async def work(tx: Transaction) -> None:
        await decide(retailer.engine, tx, asked, Answer(state=answer, by="ada"))

    await retailer.database.run(work)
    await run_to_the_end(retailer)
    assert (await standing(retailer))["BIG"] is expected
    assert len(await ledger(retailer)) == 1 + (expected is S.POSTED)
