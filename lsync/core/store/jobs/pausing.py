"""Pauses of the whole queue or of one job type. What runs goes on; nothing new is claimed."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select

from lsync.core.domain.pausing import EVERYTHING, OWN_NAME
from lsync.core.store.change import WORK, Change
from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import upsert

ALL = EVERYTHING
"""The type that stands for the whole queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A paused job type, or ``*``."""

    type: str
    reason: str
    paused_by: str
    paused_at: datetime


async def pause(
    tx: Transaction,
    *,
    now: datetime,
    by: str,
    reason: str = "",
    type: str = ALL,  # noqa: A002 - the field's word
) -> Pause:
    """Claim no more jobs of ``type``; return the pause that holds now.

    A second pause without a reason leaves the first one as it is; with one it takes its place,
    and the time stays that of the first. A pause that lsync made by itself is always replaced:
    the person's must not end with it.
    """
    made = Pause(type=type, reason=reason, paused_by=by, paused_at=now)
    before = await _find(tx, type)
    if before is not None:
        if not reason and before.paused_by != OWN_NAME:
            return before
        made = replace(made, paused_at=before.paused_at)
    await upsert(tx, tx.tables.queue_pauses, [asdict(made)])
    tx.emit(Change(kind="queue", key=type))
    return made


async def _find(tx: Transaction, type: str) -> Pause | None:  # noqa: A002 - the field's word
    table = tx.tables.queue_pauses
    found = await tx.execute(select(table).where(table.c.type == type).with_for_update())
    row = found.first()
    return None if row is None else _pause(row)


async def resume(tx: Transaction, *, type: str = ALL) -> bool:  # noqa: A002 - the field's word
    """Claim jobs of ``type`` again; say whether it was paused."""
    table = tx.tables.queue_pauses
    found = await tx.execute(delete(table).where(table.c.type == type))
    tx.emit(WORK)
    tx.emit(Change(kind="queue", key=type))
    return found.rowcount > 0


async def pauses(tx: Transaction) -> list[Pause]:
    """Return every pause, oldest first."""
    table = tx.tables.queue_pauses
    found = await tx.execute(select(table).order_by(table.c.paused_at, table.c.type))
    return [_pause(row) for row in found]


def _pause(row: Row[Any]) -> Pause:
    return Pause(type=row.type, reason=row.reason, paused_by=row.paused_by, paused_at=row.paused_at)
