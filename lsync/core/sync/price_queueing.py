"""Putting the update of a product's supplier price into the queue: the newest word counts."""

from decimal import Decimal

from lsync.core.domain.job import Priority, UniqueScope
from lsync.core.store import supplier_prices
from lsync.core.store.database import Transaction
from lsync.core.store.jobs import Enqueued, NewJob, enqueue

PRICE = "price.update"


async def queue_price(
    tx: Transaction,
    product_id: str,
    *,
    supplier_id: str,
    price: Decimal,
    order_number: str | None,
    max_attempts: int,
) -> Enqueued:
    """Remember the price and queue the job that brings it to Lightspeed, in one transaction.

    The job reads the price when it runs, so that of two changes the later one wins.
    """
    now = await tx.now()
    await supplier_prices.want(tx, product_id, supplier_id=supplier_id, price=price, now=now)
    payload: dict[str, object] = {"product_id": product_id, "supplier_id": supplier_id}
    if order_number is not None:
        payload["order_number"] = order_number
    key = f"price:{product_id}:{supplier_id}"
    job = NewJob(
        type=PRICE,
        payload=payload,
        priority=Priority.LOW,
        max_attempts=max_attempts,
        unique_key=key,
        unique_scope=UniqueScope.PENDING,
        concurrency_key=key,
    )
    return await enqueue(tx, job, now=now)
