"""Stock adjustments as they were recorded, by a person, a file, or another program's INSERT."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update

from lsync.core.domain.adjustment import TRANSITIONS, Adjustment, AdjustmentState
from lsync.core.store.errors import StoreError
from lsync.core.store.inserted import new_id
from lsync.core.store.transaction import Change, Transaction
from lsync.core.store.upsert import CHUNK

MOST = 1000
"""Longest page."""


class AdjustmentConflict(StoreError):  # noqa: N818 - beside OrderConflict
    """The adjustment is no longer as it was read; nothing was changed."""

    def __init__(self, adjustment: Adjustment) -> None:
        """Name the adjustment."""
        super().__init__(
            f"Adjustment {adjustment.name} was not changed.",
            why=f"It is no longer {adjustment.state}.",
            next_step="`lsync stock list` shows how it stands now.",
        )


async def add(tx: Transaction, adjustment: Adjustment) -> Adjustment:
    """Write an adjustment down and return it with its id; its name must be new."""
    table = tx.tables.stock_adjustments
    values = {
        "name": adjustment.name,
        "state": adjustment.state.value,
        "outlet": adjustment.outlet,
        "sku": adjustment.sku,
        "product_id": adjustment.product_id,
        "quantity": adjustment.quantity,
        "reason": adjustment.reason,
        "note": adjustment.note,
        "recorded_at": adjustment.recorded_at,
        "recorded_by": adjustment.recorded_by,
    }
    stored = replace(adjustment, id=new_id(await tx.execute(insert(table).values(values))))
    tx.emit(Change(kind="adjustment", key=stored.name))
    return stored


async def named(tx: Transaction, names: Iterable[str]) -> dict[str, Adjustment]:
    """Return the adjustments with exactly these names."""
    table, wanted = tx.tables.stock_adjustments, set(names)
    in_turn = sorted(wanted)
    found: dict[str, Adjustment] = {}
    for start in range(0, len(in_turn), CHUNK):
        chunk = in_turn[start : start + CHUNK]
        found |= {it.name: it for it in await _load(tx, table.c.name.in_(chunk))}
    return {name: it for name, it in found.items() if name in wanted}


async def find(tx: Transaction, adjustment_id: int) -> Adjustment | None:
    """Return one adjustment."""
    found = await _load(tx, tx.tables.stock_adjustments.c.id == adjustment_id)
    return found[0] if found else None


async def in_state(tx: Transaction, *states: AdjustmentState, limit: int) -> list[Adjustment]:
    """Return adjustments in these states, oldest first."""
    table = tx.tables.stock_adjustments
    return await _load(tx, table.c.state.in_([it.value for it in states]), limit=limit)


async def listing(
    tx: Transaction,
    *,
    states: Sequence[AdjustmentState] = (),
    limit: int = 100,
    before: int | None = None,
) -> list[Adjustment]:
    """Return a page, newest first; ``before`` is the last id of the page before."""
    table = tx.tables.stock_adjustments
    conditions: list[ColumnElement[bool]] = []
    if states:
        conditions.append(table.c.state.in_([it.value for it in states]))
    if before is not None:
        conditions.append(table.c.id < before)
    return await _load(tx, *conditions, limit=min(limit, MOST), newest=True)


async def count(tx: Transaction, *, states: Sequence[AdjustmentState]) -> int:
    """Return how many adjustments are in these states."""
    state = tx.tables.stock_adjustments.c.state
    statement = select(func.count()).where(state.in_([it.value for it in states]))
    return int(await tx.scalar(statement))


async def known_ids(tx: Transaction, ids: Iterable[str]) -> set[str]:
    """Return which of Lightspeed's adjustments are ours already."""
    table, wanted = tx.tables.stock_adjustments, sorted(set(ids))
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        statement = select(table.c.lightspeed_id).where(table.c.lightspeed_id.in_(chunk))
        found.update((await tx.execute(statement)).scalars())
    return found


async def move(
    tx: Transaction,
    adjustment: Adjustment,
    state: AdjustmentState,
    *,
    now: datetime,
    **changes: Any,
) -> Adjustment:
    """Put the adjustment into ``state`` with other ``changes``, and return it so.

    Raises:
        AdjustmentConflict: it has left the state it was read in, or may not go there.
    """
    if state not in TRANSITIONS[adjustment.state]:
        raise AdjustmentConflict(adjustment)
    if state is AdjustmentState.POSTED:
        changes["posted_at"] = now
    table = tx.tables.stock_adjustments
    statement = (
        update(table)
        .where(table.c.id == adjustment.id, table.c.state == adjustment.state.value)
        .values(state=state.value, **changes)
    )
    if (await tx.execute(statement)).rowcount != 1:
        raise AdjustmentConflict(adjustment)
    tx.emit(Change(kind="adjustment", key=adjustment.name))
    return replace(adjustment, state=state, **changes)


async def _load(
    tx: Transaction,
    *conditions: ColumnElement[bool],
    limit: int | None = None,
    newest: bool = False,
) -> list[Adjustment]:
    table = tx.tables.stock_adjustments
    order = table.c.id.desc() if newest else table.c.id
    statement = select(table).where(*conditions).order_by(order).limit(limit)
    return [_adjustment(row) for row in await tx.execute(statement)]


def _adjustment(row: Row[Any]) -> Adjustment:
    return Adjustment(
        id=row.id,
        name=row.name,
        state=_state(row.state),
        outlet=row.outlet,
        sku=row.sku,
        product_id=row.product_id,
        quantity=row.quantity,
        reason=row.reason,
        note=row.note,
        outlet_id=row.outlet_id,
        watermark=row.watermark,
        uncertain_since=row.uncertain_since,
        lightspeed_id=row.lightspeed_id,
        error=row.error,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        posted_at=row.posted_at,
    )


def _state(text: str) -> AdjustmentState:
    """A state another program made up is left alone, as a failed one is."""
    try:
        return AdjustmentState(text)
    except ValueError:
        return AdjustmentState.FAILED
