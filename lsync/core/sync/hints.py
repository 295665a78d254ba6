"""What a received webhook asks for: look at this consignment, refresh the catalogue, nothing."""

import json
from datetime import timedelta
from urllib.parse import parse_qsl

from lsync.core.domain.job import Priority, UniqueScope
from lsync.core.domain.outcome import Dead, Done, Outcome
from lsync.core.domain.records import WebhookRecord, WebhookStatus
from lsync.core.store import consignments, webhooks
from lsync.core.store.database import Transaction
from lsync.core.store.jobs import NewJob, enqueue
from lsync.core.sync.access import REFRESH
from lsync.core.sync.engine import Engine
from lsync.core.sync.pull_queueing import pull_job

ABOUT_LINES = frozenset(
    {
        "consignment.send",
        "consignment.receive",
        "consignment_product.created",
        "consignment_product.updated",
    }
)
"""The payload is one line; it names its consignment (WH; the last two are older names)."""

ABOUT_CONSIGNMENTS = frozenset({"consignment.created", "consignment.updated"})
"""Older names: the payload is the consignment itself."""

ABOUT_PRODUCTS = frozenset({"product.update"})

GATHER = timedelta(seconds=2)
"""A receipt sends one webhook per line: they are given this long to become one look."""

FORM_FIELDS = 16
LONGEST_ID = 64


async def process_webhook(engine: Engine, webhook_id: int) -> Outcome:
    """Turn a kept webhook into the look it asks for; its content is never believed."""

    async def work(tx: Transaction) -> Outcome:
        record = await webhooks.find(tx, webhook_id)
        if record is None:
            return Dead(error=f"there is no webhook {webhook_id}", error_class="UnknownWebhook")
        return await _follow(engine, tx, record, webhook_id)

    return await engine.database.run(work, idempotent=True)


async def _follow(engine: Engine, tx: Transaction, record: WebhookRecord, webhook_id: int) -> Done:
    now = await tx.now()
    entity_id = record.entity_id or entity_of(record.event_type, record.body)
    job = await _job(engine, tx, record.event_type, entity_id)
    status = WebhookStatus.PROCESSED if job else WebhookStatus.IGNORED
    await webhooks.mark(tx, webhook_id, status=status, now=now, entity_id=entity_id)
    if job is None:
        return Done(result={"entity_id": entity_id, "looked": False})
    enqueued = await enqueue(tx, job, now=now)
    await webhooks.link_job(tx, webhook_id, job_id=enqueued.job_id)
    return Done(result={"entity_id": entity_id, "job_id": enqueued.job_id})


async def _job(
    engine: Engine, tx: Transaction, event_type: str, entity_id: str | None
) -> NewJob | None:
    attempts = engine.rules.max_attempts
    if event_type in ABOUT_PRODUCTS:
        return NewJob(
            type=REFRESH,
            priority=Priority.LOW,
            max_attempts=attempts,
            unique_key=REFRESH,
            unique_scope=UniqueScope.PENDING,
        )
    if entity_id is None or event_type not in ABOUT_LINES | ABOUT_CONSIGNMENTS:
        return None
    seen = (await consignments.sightings(tx, [entity_id])).get(entity_id)
    return pull_job(
        seen.order_number if seen else None,
        consignment_id=entity_id,
        not_before=await tx.now() + GATHER,
        priority=Priority.HIGH,
        max_attempts=attempts,
    )


def entity_of(event_type: str, body: str) -> str | None:
    """Return the id a webhook's body names, or None; no input raises."""
    payload = _payload(body)
    if not isinstance(payload, dict):
        return None
    field = "consignment_id" if event_type in ABOUT_LINES else "id"
    found = payload.get(field)
    return found if isinstance(found, str) and 0 < len(found) <= LONGEST_ID else None


def _payload(body: str) -> object:
    """Read the JSON of a form field ``payload`` (what Lightspeed sends) or of the whole body."""
    try:
        fields = dict(parse_qsl(body, max_num_fields=FORM_FIELDS))
        return json.loads(fields.get("payload", body))
    except (ValueError, RecursionError):
        return None
