"""When Lightspeed refuses the token: pause what needs it, and probe until it works again."""

from datetime import datetime, timedelta

from lsync.core.domain.job import Priority, UniqueScope
from lsync.core.domain.outcome import Done, Outcome, Snooze
from lsync.core.domain.records import LogStatus
from lsync.core.lightspeed import LightspeedError
from lsync.core.store.database import Transaction
from lsync.core.store.jobs import NewJob, enqueue, pause, pauses, resume
from lsync.core.sync.adjusting import ADJUST
from lsync.core.sync.attribution import working
from lsync.core.sync.cost_push import COST
from lsync.core.sync.engine import Engine
from lsync.core.sync.journal import Journal
from lsync.core.sync.price_queueing import PRICE
from lsync.core.sync.pull_queueing import PULL
from lsync.core.sync.push_queueing import PUSH
from lsync.core.sync.receiving import RECEIPT
from lsync.core.sync.reconciling import SWEEP
from lsync.core.sync.repairing import REPAIR
from lsync.core.sync.said import Said
from lsync.core.sync.stock import STOCK

POLL, REFRESH, PROBE = "sync.poll", "catalogue.refresh", "lightspeed.probe"
NEED_THE_TOKEN = (PUSH, PULL, POLL, REFRESH, SWEEP, REPAIR, PRICE, RECEIPT, COST, ADJUST, STOCK)
PAUSED_BY = "lsync"
PROBE_EVERY = timedelta(seconds=60)


async def pause_for_token(engine: Engine, *, reason: str) -> None:
    """Pause every job type that calls Lightspeed, once, and queue the probe that ends it.

    No job is lost or fails: what waits goes on waiting. A pause made by a person stays theirs.
    """
    journal = Journal(engine, operation="access")

    async def work(tx: Transaction) -> None:
        now = await tx.now()
        already = {it.type for it in await pauses(tx)}
        fresh = [kind for kind in NEED_THE_TOKEN if kind not in already]
        for kind in fresh:
            await pause(tx, now=now, by=PAUSED_BY, reason=reason, type=kind)
        probe = NewJob(
            type=PROBE,
            priority=Priority.CRITICAL,
            available_at=now + PROBE_EVERY,
            unique_key=PROBE,
            unique_scope=UniqueScope.ACTIVE,
        )
        await enqueue(tx, probe, now=now)
        if fresh:
            message = f"The queue is paused: {reason}"
            said = Said(step="paused", message=message, status=LogStatus.FAILED)
            await journal.write(tx, said, now=now)

    await engine.database.run(work, idempotent=True)


async def probe(engine: Engine, *, job_id: int | None = None) -> Outcome:
    """Make one cheap call; if the token works, end the pause, else come back in a minute."""
    with working(job_id=job_id):
        try:
            await engine.client.scoped(max_wait=engine.rules.budget_wait).ping()
        except LightspeedError as error:
            return Snooze(until=await _now(engine) + PROBE_EVERY, reason=str(error))
        resumed = await resume_after_pause(engine)
        return Done(result={"resumed": resumed})


async def resume_after_pause(engine: Engine) -> list[str]:
    """End the pauses that lsync itself made; return their job types."""
    journal = Journal(engine, operation="access")

    async def work(tx: Transaction) -> list[str]:
        ours = [it.type for it in await pauses(tx) if it.paused_by == PAUSED_BY]
        for kind in ours:
            await resume(tx, type=kind)
        if ours:
            said = Said(step="resumed", message="The token works: the queue goes on")
            await journal.write(tx, said, now=await tx.now())
        return ours

    return await engine.database.run(work, idempotent=True)


async def _now(engine: Engine) -> datetime:
    async with engine.database.read() as tx:
        return await tx.now()
