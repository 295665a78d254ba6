"""Webhook subscriptions as Lightspeed listed them the last time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from lsync.core.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One subscription; ``ours`` delivers to this lsync. ``id`` is Lightspeed's."""

    id: str
    event_type: str
    active: bool
    ours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What was listed, and when; None before the first time."""

    found: tuple[Subscription, ...] = ()
    seen_at: datetime | None = None


async def replace_all(tx: Transaction, found: Sequence[Subscription], *, now: datetime) -> None:
    """Keep what Lightspeed lists now in place of what it listed before."""
    table = tx.tables.webhook_subscriptions
    await tx.execute(delete(table))
    if found:
        rows = [
            {
                "id": each.id,
                "event_type": each.event_type[:64],
                "active": each.active,
                "ours": each.ours,
                "seen_at": now,
            }
            for each in found
        ]
        await tx.execute(insert(table), rows)


async def listed(tx: Transaction) -> Listed:
    """Return what was listed the last time; an empty list is not told from none at all."""
    table = tx.tables.webhook_subscriptions
    rows = (await tx.execute(select(table).order_by(table.c.event_type, table.c.id))).all()
    return Listed(
        found=tuple(
            Subscription(id=row.id, event_type=row.event_type, active=row.active, ours=row.ours)
            for row in rows
        ),
        seen_at=max((row.seen_at for row in rows), default=None),
    )
