"""Makes an accepted webhook durable: its row and its job, in one transaction."""

from lsync.core.domain.job import Priority, UniqueScope
from lsync.core.queue import NewJob, enqueue
from lsync.core.store import webhooks
from lsync.core.store.database import Transaction
from lsync.daemon.application import Application
from lsync.daemon.webhook_endpoint import Delivery

PROCESS = "webhook.process"


async def keep_delivery(application: Application, delivery: Delivery) -> bool:
    """Commit a delivery and the job that looks into it; return whether it was known already.

    A duplicate is counted and gets no second job.

    Raises:
        StoreError: nothing was kept; the sender must try again.
    """

    async def work(tx: Transaction) -> bool:
        now = await tx.now()
        kept = await webhooks.accept(
            tx,
            delivery.event_type,
            digest=delivery.digest,
            body=delivery.body,
            headers=delivery.headers,
            source=delivery.source,
            verdict=delivery.verdict,
            now=now,
        )
        if kept.duplicate:
            return True
        job = NewJob(
            type=PROCESS,
            payload={"webhook_id": kept.id},
            priority=Priority.HIGH,
            max_attempts=application.rules.max_attempts,
            unique_key=f"webhook:{kept.id}",
            unique_scope=UniqueScope.ACTIVE,
        )
        queued = await enqueue(tx, job, now=now)
        await webhooks.link_job(tx, kept.id, job_id=queued.job_id)
        return False

    # Repeating it whole is safe: a first run that was kept after all makes this a duplicate.
    return await application.database.run(work, idempotent=True)
