"""Gathers the evidence for ``sync prove``: the log, the push, and a fresh look at Lightspeed."""

from lsync.core.domain.proof import Evidence, Proof, prove
from lsync.core.store import pushes, sync_log
from lsync.core.store.orders import stored_id
from lsync.core.store.sync_log import LogFilter
from lsync.core.sync.attribution import working
from lsync.core.sync.comparing import compare_order
from lsync.core.sync.engine import Engine
from lsync.core.sync.push_start import push_of

OPERATIONS = ("push", "repair")


async def prove_order(
    engine: Engine, order_number: str, *, job_id: int | None = None, urgent: bool = False
) -> Proof | None:
    """Read and list what Lightspeed has now and judge it; None if there is no such order."""
    with working(job_id=job_id, order_number=order_number):
        compared = await compare_order(engine, order_number, job_id=job_id, urgent=urgent)
        if compared is None:
            return None
        async with engine.database.read() as tx:
            row = await pushes.current(tx, stored_id(compared.order))
            which = LogFilter(order=order_number, operations=OPERATIONS)
            entries = await sync_log.search(tx, matching=which, limit=sync_log.MOST)
            now = await tx.now()
    return prove(
        Evidence(
            order_number=order_number,
            push=push_of(row) if row else None,
            entries=entries[::-1],
            carriers=compared.carriers,
            listed_after=compared.listed_after,
            seen=compared.seen,
            lines=compared.lines,
            listed_at=now,
        )
    )
