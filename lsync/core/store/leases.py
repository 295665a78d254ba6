"""Leases by name: at most one holder at a time, over all daemons. The epoch fences a late one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select, update

from lsync.core.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """What its holder got: it ends at ``expires_at`` unless renewed."""

    name: str
    holder: str
    epoch: int
    expires_at: datetime


async def acquire(
    tx: Transaction, name: str, *, holder: str, duration: timedelta, now: datetime
) -> Lease | None:
    """Take the lease, or renew it if ``holder`` has it already; None while another holds it.

    The epoch grows with every change of holder. The guarded update is safe on Galera: of two
    nodes that both take it, one fails at COMMIT.
    """
    table = tx.tables.leases
    await tx.execute(
        insert(table)
        .prefix_with("OR IGNORE", dialect="sqlite")
        .prefix_with("IGNORE", dialect="mysql")
        .values(name=name, epoch=0)
    )
    expires_at = now + duration
    renewed = await tx.execute(
        update(table)
        .where(table.c.name == name, table.c.holder == holder, table.c.expires_at > now)
        .values(expires_at=expires_at)
    )
    if not renewed.rowcount:
        taken = await tx.execute(
            update(table)
            .where(
                table.c.name == name,
                or_(table.c.holder.is_(None), table.c.expires_at <= now),
            )
            .values(holder=holder, epoch=table.c.epoch + 1, expires_at=expires_at)
        )
        if not taken.rowcount:
            return None
    epoch = await tx.scalar(select(table.c.epoch).where(table.c.name == name))
    return Lease(name=name, holder=holder, epoch=epoch, expires_at=expires_at)


async def is_held(tx: Transaction, lease: Lease, *, now: datetime) -> bool:
    """Say whether ``lease`` still stands: not expired, and taken by nobody else."""
    table = tx.tables.leases
    found = await tx.scalar(
        select(table.c.name).where(
            table.c.name == lease.name,
            table.c.holder == lease.holder,
            table.c.epoch == lease.epoch,
            table.c.expires_at > now,
        )
    )
    return found is not None


async def release(tx: Transaction, lease: Lease) -> bool:
    """Give the lease back; False if it was no longer ours."""
    table = tx.tables.leases
    found = await tx.execute(
        update(table)
        .where(
            table.c.name == lease.name,
            table.c.holder == lease.holder,
            table.c.epoch == lease.epoch,
        )
        .values(holder=None, expires_at=None)
    )
    return found.rowcount == 1
