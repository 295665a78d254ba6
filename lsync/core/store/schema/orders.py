"""Purchase orders and everything known about their consignments.

``purchase_orders`` and ``purchase_order_lines`` are also written by other programs, so lsync's
own bookkeeping about an order lives beside them in ``order_syncs``.
"""

from types import SimpleNamespace

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from lsync.core.store.columns import BigId, Exact, LongText, UtcDateTime


def define_orders(metadata: MetaData, prefix: str) -> SimpleNamespace:
    """Define the order tables in ``metadata``."""
    orders = f"{prefix}purchase_orders"
    consignments = f"{prefix}consignments"
    return SimpleNamespace(
        purchase_orders=Table(
            orders,
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column("order_number", String(190), nullable=False, unique=True),
            Column("state", String(32), nullable=False, server_default="draft"),
            Column("supplier", String(255), nullable=False),
            Column("outlet", String(255), nullable=False),
            Column("due_date", Date),
            Column("supplier_invoice", String(255)),
            Column("note", Text),
            Column("revision", Integer, nullable=False, server_default="1"),
            Column("approved_at", UtcDateTime),
            Column("created_at", UtcDateTime),
            Column("updated_at", UtcDateTime),
            Column("sync_state", String(32), nullable=False, server_default="not_synced"),
            Column("lightspeed_consignment_id", String(64)),
            Column("last_synced_at", UtcDateTime),
            Index(f"ix_{orders}_state", "state", "id"),
            Index(f"ix_{orders}_sync_state", "sync_state", "id"),
            Index(f"ix_{orders}_supplier", "supplier", "id"),
        ),
        purchase_order_lines=Table(
            f"{prefix}purchase_order_lines",
            metadata,
            Column(
                "order_id", BigId, ForeignKey(f"{orders}.id", ondelete="CASCADE"), nullable=False
            ),
            Column("line_no", Integer, nullable=False),
            Column("sku", String(190)),
            Column("product_id", String(64)),
            Column("name", String(512)),
            Column("quantity", Exact, nullable=False),
            Column("unit_cost", Exact),
            Column("received", Exact, nullable=False, server_default="0"),
            UniqueConstraint("order_id", "line_no", name=f"uq_{prefix}purchase_order_lines"),
            Column("id", BigId, primary_key=True, autoincrement=True),
        ),
        order_syncs=Table(
            f"{prefix}order_syncs",
            metadata,
            Column(
                "order_id",
                BigId,
                ForeignKey(f"{orders}.id", ondelete="CASCADE"),
                primary_key=True,
                autoincrement=False,
            ),
            Column("queued_revision", Integer, comment="the approved revision queued last"),
            Column("pushed_revision", Integer, comment="the revision Lightspeed was shown to hold"),
            Column("held", Boolean, nullable=False, server_default="0"),
            Column("last_error", LongText),
            Column("updated_at", UtcDateTime, nullable=False),
            Column("withdrawal_queued_at", UtcDateTime, comment="when its cancelling was queued"),
        ),
        order_journal=Table(
            f"{prefix}order_journal",
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column("order_id", BigId, nullable=False),
            Column("at", UtcDateTime, nullable=False),
            Column("fact", String(32), nullable=False),
            Column("revision", Integer, comment="of the document, where the fact is one"),
            Column("value", LongText, nullable=False, comment="JSON: what is so from then on"),
            Index(f"ix_{prefix}order_journal_order_id", "order_id", "fact", "id"),
        ),
        order_problems=Table(
            f"{prefix}order_problems",
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column(
                "order_id",
                BigId,
                ForeignKey(f"{orders}.id", ondelete="CASCADE"),
                nullable=False,
                index=True,
            ),
            Column("line_no", Integer),
            Column("code", String(64), nullable=False, index=True),
            Column("severity", String(16), nullable=False),
            Column("message", LongText, nullable=False),
            Column("fix", LongText, nullable=False),
            Column("observed_at", UtcDateTime, nullable=False),
        ),
        pushes=Table(
            f"{prefix}pushes",
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column(
                "order_id", BigId, ForeignKey(f"{orders}.id", ondelete="CASCADE"), nullable=False
            ),
            Column("generation", Integer, nullable=False, comment="1, then 2 for /2 and so on"),
            Column("reference", String(200), nullable=False, unique=True),
            Column("step", String(32), nullable=False, comment="recovery point, see domain.push"),
            Column("revision", Integer, nullable=False),
            Column("watermark", BigId, comment="highest consignment version seen when armed"),
            Column("uncertain_since", UtcDateTime, comment="when a create lost its answer"),
            Column("looks", Integer, nullable=False, server_default="0"),
            Column(
                "moves",
                Integer,
                nullable=False,
                server_default="0",
                comment="grows with every write, so that a stale worker's write is refused",
            ),
            Column("lightspeed_consignment_id", String(64)),
            Column("created_at", UtcDateTime, nullable=False),
            Column("updated_at", UtcDateTime, nullable=False),
            UniqueConstraint("order_id", "generation"),
        ),
        written_lines=Table(
            f"{prefix}written_lines",
            metadata,
            Column(
                "order_id",
                BigId,
                ForeignKey(f"{orders}.id", ondelete="CASCADE"),
                primary_key=True,
                autoincrement=False,
            ),
            Column("product_id", String(64), primary_key=True),
            Column("quantity", Exact, nullable=False, comment="as ordered when it was written"),
            Column("unit_cost", Exact),
        ),
        consignments=Table(
            consignments,
            metadata,
            Column("id", String(64), primary_key=True, comment="Lightspeed's id"),
            Column("order_id", BigId, ForeignKey(f"{orders}.id", ondelete="CASCADE"), index=True),
            Column("role", String(16), nullable=False, comment="primary, split or duplicate"),
            Column("reference", String(200)),
            Column("supplier_id", String(64)),
            Column("outlet_id", String(64)),
            Column("status", String(64), nullable=False),
            Column("version", BigId, nullable=False),
            Column("created_at", UtcDateTime),
            Column("received_at", UtcDateTime),
            Column("observed_at", UtcDateTime, nullable=False),
            Column("judged_version", BigId, comment="compared with what came short; no order's"),
            Index(f"ix_{consignments}_reference", "reference"),
            Index(f"ix_{consignments}_supplier_id", "supplier_id", "observed_at"),
        ),
        consignment_lines=Table(
            f"{prefix}consignment_lines",
            metadata,
            Column(
                "consignment_id",
                String(64),
                ForeignKey(f"{consignments}.id", ondelete="CASCADE"),
                primary_key=True,
            ),
            Column("product_id", String(64), primary_key=True),
            Column("count", Exact, nullable=False),
            Column("received", Exact),
            Column("cost", Exact),
        ),
        receipts=Table(
            f"{prefix}receipts",
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column(
                "order_id", BigId, ForeignKey(f"{orders}.id", ondelete="CASCADE"), nullable=False
            ),
            Column("consignment_id", String(64), nullable=False),
            Column("product_id", String(64), nullable=False),
            Column("line_no", Integer),
            Column("received_before", Exact, nullable=False),
            Column("received_after", Exact, nullable=False),
            Column("version", BigId, nullable=False),
            Column("observed_at", UtcDateTime, nullable=False),
            Index(f"ix_{prefix}receipts_order_id", "order_id", "id"),
        ),
    )
