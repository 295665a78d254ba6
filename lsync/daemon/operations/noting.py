"""Notes on an order by the people who look after it, and who has taken it on.

They are entries of the sync log: dated, named and never changed. The order's own note travels
to Lightspeed; these do not.
"""

from lsync.core.control import messages as m
from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.domain.sanitise import visible
from lsync.core.store import sync_log
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.daemon.application import Application
from lsync.daemon.operations.orders import require_order
from lsync.daemon.presenting.records import log_entry


async def note(
    application: Application, order_number: str, wanted: m.NoteRequest, *, by: str
) -> m.LogEntry:
    """Write a note down; with ``taken`` also that this user takes the order on.

    Raises:
        ControlError: 404 unknown order.
    """
    said = f": {wanted.text}" if wanted.text else ""

    async def work(tx: Transaction) -> SyncLogEntry:
        order = await require_order(tx, order_number)
        entry = SyncLogEntry(
            created_at=await tx.now(),
            operation="operator",
            step="taken" if wanted.taken else "note",
            status=LogStatus.INFO,
            message=visible(f"taken by {by}{said}" if wanted.taken else f"{by}{said}"),
            order_id=stored_id(order),
            order_number=order.order_number,
        )
        return await sync_log.append(tx, entry)

    return log_entry(await application.database.run(work))
