"""Which revision of the tables this program knows. Migrating is ``migrate``'s business."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from sqlalchemy import column, select, table
from sqlalchemy.exc import DBAPIError

from lsync.core.store.errors import DatabaseMissing, DatabaseTooNew, DatabaseTooOld
from lsync.core.store.transaction import Transaction

CREATES: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "0001": (
            *("purchase_orders", "purchase_order_lines", "order_syncs", "order_problems"),
            *("pushes", "written_lines", "consignments", "consignment_lines", "receipts"),
        ),
        "0002": (
            *("lightspeed_sync_log", "lightspeed_api_log", "lightspeed_mappings"),
            *("lightspeed_webhooks", "catalogue", "catalogue_skus"),
        ),
        "0003": ("cursors", "leases", "budget_calls", "budget_state", "stored_settings"),
        "0004": (
            *("queue_jobs", "queue_attempts", "queue_dependencies", "queue_slots"),
            *("queue_pauses", "queue_workers", "queue_counts", "queue_minutes"),
            "queue_schedules",
        ),
        "0005": ("decisions",),
        "0006": ("webhook_subscriptions", "webhook_announcements", "stock_levels"),
        "0007": ("supplier_prices",),
        "0008": ("order_journal",),
        "0009": (
            *("goods_counted", "goods_sent", "supplier_invoices", "supplier_invoice_lines"),
            "stock_adjustments",
        ),
        "0010": ("source_orders",),
        "0011": (),
    }
)
"""By revision, the tables it creates, without prefix; a test compares them with the scripts."""

REVISIONS = tuple(CREATES)
"""Every revision, oldest first."""

HEAD = REVISIONS[-1]


async def check_revision(tx: Transaction, *, shown: str) -> None:
    """Let only a database pass whose tables are exactly this program's.

    Raises:
        DatabaseMissing: lsync has no tables there.
        DatabaseTooOld, DatabaseTooNew: they are of another revision.
    """
    found = await current_revision(tx)
    if found is None:
        raise DatabaseMissing(
            f"The database {shown} holds no lsync tables.",
            why="Only the daemon, the demo and `lsync db upgrade` create them.",
            next_step="Run `lsync db upgrade`, or correct database.url or database.table_prefix.",
        )
    if found not in REVISIONS:
        raise too_new(found, shown=shown)
    if found != HEAD:
        raise DatabaseTooOld(
            f"The database {shown} is at revision {found}; this program needs {HEAD}.",
            why="It was last used by an older lsync.",
            next_step="Stop older daemons, then run `lsync db upgrade`.",
        )


def too_new(found: str, *, shown: str) -> DatabaseTooNew:
    """Say that the database is newer than the program."""
    return DatabaseTooNew(
        f"The database {shown} is at revision {found}; this program knows up to {HEAD}.",
        why="A newer lsync has upgraded it.",
        next_step="Use the newer lsync here too; nothing was changed.",
    )


async def current_revision(tx: Transaction) -> str | None:
    """Return the revision in the version table; None without that table or row."""
    name = tx.tables.version_table
    try:
        found = await tx.scalar(select(column("version_num")).select_from(table(name)))
    except DBAPIError:
        return None
    return None if found is None else str(found)
