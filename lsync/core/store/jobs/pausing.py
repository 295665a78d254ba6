"""Pauses of the whole queue or of one job type. What runs goes on; nothing new is claimed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from lsync.core.store.change import WORK, Change
from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import upsert

ALL = "*"
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
    """Claim no more jobs of ``type``. A second pause replaces the first one's reason."""
    made = Pause(type=type, reason=reason, paused_by=by, paused_at=now)
    row = {"type": type, "reason": reason, "paused_by": by, "paused_at": now}
    await upsert(tx, tx.tables.queue_pauses, [row])
    tx.emit(Change(kind="queue", key=type))
    return made


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
    return [
        Pause(type=row.type, reason=row.reason, paused_by=row.paused_by, paused_at=row.paused_at)
        for row in found
    ]
