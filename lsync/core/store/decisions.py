"""Questions that wait for a person, kept with who answered them and when."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update

from lsync.core.domain.decision import TRANSITIONS, Decision, DecisionKind, DecisionState
from lsync.core.store.errors import StoreError
from lsync.core.store.inserted import new_id
from lsync.core.store.orders.states import announce
from lsync.core.store.transaction import Change, Transaction

MOST = 1000
"""Longest page."""

STANDING = (DecisionState.OPEN, DecisionState.REJECTED)
"""States in which the difference that was asked about may still be there."""


class DecisionConflict(StoreError):  # noqa: N818 - beside OrderConflict
    """The question was answered, or has lapsed, since it was read; nothing was changed."""

    def __init__(self, decision: Decision, *, why: str) -> None:
        """Name the decision; ``why`` is a sentence."""
        super().__init__(
            f"Decision {decision.id} was not carried out.",
            why=why,
            next_step="`lsync decide list` shows what is open now.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFilter:
    """Which decisions to return; ``order`` is an order number."""

    states: tuple[DecisionState, ...] = ()
    kinds: tuple[DecisionKind, ...] = ()
    order: str | None = None


async def add(tx: Transaction, decision: Decision) -> Decision:
    """Store a question, of any state, and return it with its id."""
    table = tx.tables.decisions
    values = {
        "kind": decision.kind.value,
        "state": decision.state.value,
        "ground": decision.ground if decision.state in STANDING else None,
        "question": decision.question,
        "consequence": decision.consequence,
        "ours": decision.ours,
        "theirs": decision.theirs,
        "order_id": decision.order_id,
        "line_no": decision.line_no,
        "product_id": decision.product_id,
        "source": decision.source,
        "detail": json.dumps(dict(decision.detail), default=str) if decision.detail else None,
        "raised_at": decision.raised_at,
        "decided_at": decision.decided_at,
        "decided_by": decision.decided_by,
        "note": decision.note,
    }
    stored = replace(decision, id=new_id(await tx.execute(insert(table).values(values))))
    await _announce(tx, stored)
    return stored


async def find(tx: Transaction, decision_id: int) -> Decision | None:
    """Return one decision."""
    found = await _load(tx, tx.tables.decisions.c.id == decision_id)
    return found[0] if found else None


async def standing(tx: Transaction, order_id: int) -> dict[str, Decision]:
    """Return the questions about an order whose difference was there when last looked, by ground.

    Open ones and rejected ones: a rejected difference is not asked about again.
    """
    table = tx.tables.decisions
    found = await _load(tx, table.c.order_id == order_id, table.c.ground.is_not(None))
    return {decision.ground: decision for decision in found}


async def on_ground(tx: Transaction, ground: str) -> Decision | None:
    """Return the question about ``ground`` that still stands."""
    found = await _load(tx, tx.tables.decisions.c.ground == ground)
    return found[0] if found else None


async def settle(
    tx: Transaction,
    decision: Decision,
    *,
    state: DecisionState,
    now: datetime,
    by: str,
    note: str | None = None,
) -> Decision:
    """Answer a question, or let it lapse; return it so. A rejected one keeps its ground.

    Raises:
        DecisionConflict: it was answered otherwise meanwhile, or the answer is not possible.
    """
    if state not in TRANSITIONS[decision.state]:
        raise DecisionConflict(decision, why=f"It is {decision.state} already.")
    table = tx.tables.decisions
    ground = decision.ground if state in STANDING else None
    settled = replace(decision, state=state, decided_at=now, decided_by=by, note=note)
    statement = (
        update(table)
        .where(table.c.id == decision.id, table.c.state == decision.state.value)
        .values(state=state.value, ground=ground, decided_at=now, decided_by=by, note=note)
    )
    if (await tx.execute(statement)).rowcount != 1:
        raise DecisionConflict(decision, why="Somebody else has answered it meanwhile.")
    await _announce(tx, settled)
    return settled


async def listing(
    tx: Transaction,
    *,
    matching: DecisionFilter = DecisionFilter(),
    limit: int = 100,
    before: int | None = None,
) -> list[Decision]:
    """Return a page, newest first; ``before`` is the last id of the page before."""
    conditions = _conditions(tx, matching)
    if before is not None:
        conditions.append(tx.tables.decisions.c.id < before)
    return await _load(tx, *conditions, limit=min(limit, MOST))


async def count(tx: Transaction, *, matching: DecisionFilter = DecisionFilter()) -> int:
    """Return how many decisions match."""
    table, orders = tx.tables.decisions, tx.tables.purchase_orders
    joined = table.outerjoin(orders, orders.c.id == table.c.order_id)
    statement = select(func.count()).select_from(joined).where(*_conditions(tx, matching))
    return int(await tx.scalar(statement))


def _conditions(tx: Transaction, matching: DecisionFilter) -> list[ColumnElement[bool]]:
    table, orders = tx.tables.decisions, tx.tables.purchase_orders
    found: list[ColumnElement[bool]] = []
    if matching.states:
        found.append(table.c.state.in_([state.value for state in matching.states]))
    if matching.kinds:
        found.append(table.c.kind.in_([kind.value for kind in matching.kinds]))
    if matching.order is not None:
        found.append(orders.c.order_number == matching.order)
    return found


async def _announce(tx: Transaction, decision: Decision) -> None:
    tx.emit(Change(kind="decision", key=str(decision.id)))
    if decision.order_id is not None:
        await announce(tx, decision.order_id)


async def _load(
    tx: Transaction, *conditions: ColumnElement[bool], limit: int | None = None
) -> list[Decision]:
    table, orders = tx.tables.decisions, tx.tables.purchase_orders
    statement = (
        select(table, orders.c.order_number)
        .select_from(table.outerjoin(orders, orders.c.id == table.c.order_id))
        .where(*conditions)
        .order_by(table.c.id.desc())
    )
    if limit is not None:
        statement = statement.limit(limit)
    return [_decision(row) for row in await tx.execute(statement)]


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        kind=DecisionKind(row.kind),
        state=DecisionState(row.state),
        ground=row.ground or "",
        question=row.question,
        consequence=row.consequence,
        ours=row.ours,
        theirs=row.theirs,
        order_id=row.order_id,
        order_number=row.order_number,
        line_no=row.line_no,
        product_id=row.product_id,
        source=row.source,
        detail=json.loads(row.detail) if row.detail else {},
        raised_at=row.raised_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        note=row.note,
    )
