"""A person agreed to a plan: a job that carries it out says so once, before its first effect.

The plan is then checked no more, for the job changes itself what the plan was made from.
"""

from lsync.core.domain.order import PurchaseOrder
from lsync.core.store import sync_log
from lsync.core.store.database import Database
from lsync.core.store.sync_log import LogFilter
from lsync.core.sync.engine import Engine
from lsync.core.sync.journal import Journal
from lsync.core.sync.said import Said

STEP = "agreed"


async def is_agreed(database: Database, *, job_id: int | None) -> bool:
    """Whether this job has found its plan to hold before, and may have begun."""
    if job_id is None:
        return False
    async with database.read() as tx:
        return await sync_log.count(tx, matching=LogFilter(job_id=job_id, steps=(STEP,))) > 0


async def write_agreement(
    engine: Engine, order: PurchaseOrder, *, operation: str, plan: str
) -> None:
    """Note that what the plan was made from has not changed. Belongs right before the effect."""
    journal = Journal(engine, operation=operation, order=order)
    said = Said(step=STEP, message=f"Nothing changed since plan {plan}: carrying it out")
    async with engine.database.write() as tx:
        await journal.write(tx, said, now=await tx.now())
