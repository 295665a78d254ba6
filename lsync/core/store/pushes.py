"""Recovery points of a push: the intent before each effect, the outcome after it.

One row per consignment that was ever meant to exist; which steps there are is the domain's.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from lsync.core.store.errors import StoreError
from lsync.core.store.inserted import new_id
from lsync.core.store.orders.states import announce
from lsync.core.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRecord:
    """How far the push of one generation of an order has come.

    ``watermark`` is the highest consignment version seen when it was armed;
    ``uncertain_since`` is set while a create has lost its answer.
    """

    id: int
    order_id: int
    generation: int
    reference: str
    step: str
    revision: int
    created_at: datetime
    updated_at: datetime
    watermark: int | None = None
    uncertain_since: datetime | None = None
    looks: int = 0
    moves: int = 0
    consignment_id: str | None = None


class StalePush(StoreError):  # noqa: N818 - beside OrderConflict
    """Another worker has moved the push on; this one must stop and look."""

    def __init__(self, reference: str) -> None:
        """Name the push by its reference."""
        super().__init__(
            f"The push of {reference} was not recorded.",
            why="Another worker has carried it on meanwhile.",
            next_step="Nothing is lost; the order is looked at again.",
        )


async def current(tx: Transaction, order_id: int) -> PushRecord | None:
    """Return the newest generation's push of an order."""
    table = tx.tables.pushes
    statement = select(table).where(table.c.order_id == order_id)
    row = (await tx.execute(statement.order_by(table.c.generation.desc()).limit(1))).first()
    return None if row is None else _record(row)


async def lowest_watermark(tx: Transaction, order_id: int) -> int | None:
    """Return the version behind which every consignment of the order was made, if it was armed."""
    table = tx.tables.pushes
    lowest = select(func.min(table.c.watermark)).where(table.c.order_id == order_id)
    found: int | None = await tx.scalar(lowest)
    return found


async def arm(
    tx: Transaction,
    order_id: int,
    *,
    generation: int,
    reference: str,
    step: str,
    revision: int,
    watermark: int | None,
    now: datetime,
) -> PushRecord:
    """Write down the intent to create the consignment of a generation.

    Raises:
        StalePush: that generation, or its reference, is already on record.
    """
    values = {
        "order_id": order_id,
        "generation": generation,
        "reference": reference,
        "step": step,
        "revision": revision,
        "watermark": watermark,
        "created_at": now,
        "updated_at": now,
    }
    try:
        result = await tx.execute(insert(tx.tables.pushes).values(values))
    except IntegrityError as error:
        raise StalePush(reference) from error
    return PushRecord(
        id=new_id(result),
        order_id=order_id,
        generation=generation,
        reference=reference,
        step=step,
        revision=revision,
        watermark=watermark,
        created_at=now,
        updated_at=now,
    )


async def advance(
    tx: Transaction, push: PushRecord, *, step: str, now: datetime, **changes: Any
) -> PushRecord:
    """Move the push to ``step`` and return it so; ``changes`` are other fields of the record.

    Raises:
        StalePush: somebody else has moved it since it was read.
    """
    moved = replace(push, step=step, moves=push.moves + 1, updated_at=now, **changes)
    table = tx.tables.pushes
    statement = (
        update(table)
        .where(table.c.id == push.id, table.c.step == push.step, table.c.moves == push.moves)
        .values(
            step=moved.step,
            revision=moved.revision,
            watermark=moved.watermark,
            uncertain_since=moved.uncertain_since,
            looks=moved.looks,
            moves=moved.moves,
            lightspeed_consignment_id=moved.consignment_id,
            updated_at=now,
        )
    )
    if (await tx.execute(statement)).rowcount != 1:
        raise StalePush(push.reference)
    await announce(tx, push.order_id)
    return moved


def _record(row: Row[Any]) -> PushRecord:
    return PushRecord(
        id=row.id,
        order_id=row.order_id,
        generation=row.generation,
        reference=row.reference,
        step=row.step,
        revision=row.revision,
        watermark=row.watermark,
        uncertain_since=row.uncertain_since,
        looks=row.looks,
        moves=row.moves,
        consignment_id=row.lightspeed_consignment_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
