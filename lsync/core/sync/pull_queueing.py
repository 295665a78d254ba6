"""Putting the pull of a consignment into the queue: many hints become one look."""

from datetime import datetime

from lsync.core.domain.job import Priority, UniqueScope
from lsync.core.store.jobs import NewJob
from lsync.core.sync.push_queueing import order_key

PULL = "sync.pull"


def pull_keys(consignment_id: str) -> tuple[str, str]:
    """Return the unique keys of a waiting look at a consignment: asked for, and for news."""
    return f"pull:hint:{consignment_id}", f"pull:news:{consignment_id}"


def pull_job(
    order_number: str | None,
    *,
    consignment_id: str,
    version: int | None = None,
    not_before: datetime | None = None,
    priority: Priority = Priority.NORMAL,
    max_attempts: int,
) -> NewJob:
    """Return the job that reads one consignment; none is added while one waits.

    With ``version`` the pull looks only if that version is still news. A hint without one always
    looks, so its job is another one. It never runs beside a push of the same order.
    """
    payload: dict[str, object] = {"consignment_id": consignment_id}
    if order_number is not None:
        payload["order_number"] = order_number
    if version is not None:
        payload["version"] = version
    hint, news = pull_keys(consignment_id)
    return NewJob(
        type=PULL,
        payload=payload,
        priority=priority,
        max_attempts=max_attempts,
        available_at=not_before,
        unique_key=hint if version is None else news,
        unique_scope=UniqueScope.PENDING,
        concurrency_key=order_key(order_number) if order_number else f"pull:{consignment_id}",
    )
