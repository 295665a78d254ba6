"""Questions that wait for a person: each asked once, answered once."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from lsync.core.domain.decision import Decision, DecisionKind, DecisionState
from lsync.core.store import decisions, orders
from lsync.core.store.database import Database, Transaction
from lsync.core.store.decisions import DecisionConflict, DecisionFilter
from tests.store.samples import LATER, NOW, order

S = DecisionState


def question(**changes: object) -> Decision:
    values: dict[str, object] = {
        "kind": DecisionKind.COST,
        "question": "SKU-1: the unit cost is 4 at Lightspeed and 3 here",
        "consequence": "the line costs 4",
        "ground": "1:cost:p-1",
        "ours": Decimal("3.5"),
        "theirs": Decimal(4),
        "product_id": "p-1",
        "source": "c-1",
        "detail": {"supplier_id": "s-1"},
        "raised_at": NOW,
    }
    return Decision(**{**values, **changes})  # type: ignore[arg-type]  # a decision's own fields


async def of_an_order(tx: Transaction, number: str = "PO-1", **changes: object) -> Decision:
    stored = await orders.insert(tx, order(number), now=NOW)
    return await decisions.add(tx, question(order_id=stored.id, line_no=1, **changes))


async def test_a_question_comes_back_as_it_was_asked(database: Database) -> None:
    async with database.write() as tx:
        asked = await of_an_order(tx)
        assert asked.id is not None
        found = await decisions.find(tx, asked.id)
        assert found == replace(asked, order_number="PO-1")
        assert await decisions.find(tx, asked.id + 1) is None


async def test_one_difference_is_one_question(database: Database) -> None:
    async with database.write() as tx:
        await of_an_order(tx)
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await decisions.add(tx, question())


@pytest.mark.parametrize("answer", [S.ACCEPTED, S.LAPSED])
async def test_an_ended_question_may_be_asked_again(
    database: Database, answer: DecisionState
) -> None:
    async with database.write() as tx:
        asked = await of_an_order(tx)
        await decisions.settle(tx, asked, state=answer, now=LATER, by="ada")
        assert asked.order_id is not None
        assert await decisions.standing(tx, asked.order_id) == {}
        await decisions.add(tx, question(order_id=asked.order_id))


async def test_a_rejected_question_still_stands_with_who_and_when(database: Database) -> None:
    async with database.write() as tx:
        asked = await of_an_order(tx)
        await decisions.settle(tx, asked, state=S.REJECTED, now=LATER, by="ada", note="too dear")
        found = await decisions.on_ground(tx, asked.ground)
    assert found is not None
    assert (found.state, found.decided_by, found.decided_at) == (S.REJECTED, "ada", LATER)
    assert found.note == "too dear"


async def test_the_second_answer_is_refused(database: Database) -> None:
    async with database.write() as tx:
        asked = await of_an_order(tx)
        accepted = await decisions.settle(tx, asked, state=S.ACCEPTED, now=LATER, by="ada")
        with pytest.raises(DecisionConflict, match="was not carried out"):
            await decisions.settle(tx, asked, state=S.REJECTED, now=LATER, by="bob")
        with pytest.raises(DecisionConflict):
            await decisions.settle(tx, accepted, state=S.REJECTED, now=LATER, by="bob")


async def test_the_list_is_filtered_and_paged(database: Database) -> None:
    async with database.write() as tx:
        first = await of_an_order(tx)
        other = question(kind=DecisionKind.STOCK, ground="stock:1", order_id=None)
        second = await decisions.add(tx, other)
        assert [it.id for it in await decisions.listing(tx)] == [second.id, first.id]
        older = await decisions.listing(tx, before=second.id)
        assert [it.id for it in older] == [first.id]
        for matching, expected in (
            (DecisionFilter(order="PO-1"), 1),
            (DecisionFilter(kinds=(DecisionKind.STOCK,)), 1),
            (DecisionFilter(states=(S.OPEN,)), 2),
            (DecisionFilter(states=(S.ACCEPTED,)), 0),
        ):
            assert await decisions.count(tx, matching=matching) == expected
            assert len(await decisions.listing(tx, matching=matching)) == expected
