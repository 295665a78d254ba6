"""Purchase orders, their syncs, problems and pushes; consignments, their lines and receipts."""

from sqlalchemy import Boolean, Column, Date, Integer, String, Text, UniqueConstraint

from lsync.core.store.columns import BigId, Exact, LongText, UtcDateTime
from lsync.core.store.migrations.steps import create_index, create_table, prefix, reference

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables and indexes that are not there yet."""
    create_table(
        "purchase_orders",
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
    )
    create_index("purchase_orders", "state", "state", "id")
    create_index("purchase_orders", "sync_state", "sync_state", "id")
    create_table(
        "purchase_order_lines",
        Column("order_id", BigId, reference("purchase_orders.id"), nullable=False),
        Column("line_no", Integer, nullable=False),
        Column("sku", String(190)),
        Column("product_id", String(64)),
        Column("name", String(512)),
        Column("quantity", Exact, nullable=False),
        Column("unit_cost", Exact),
        Column("received", Exact, nullable=False, server_default="0"),
        Column("id", BigId, primary_key=True, autoincrement=True),
        UniqueConstraint("order_id", "line_no", name=f"uq_{prefix()}purchase_order_lines"),
    )
    create_table(
        "order_syncs",
        Column(
            "order_id",
            BigId,
            reference("purchase_orders.id"),
            primary_key=True,
            autoincrement=False,
        ),
        Column("queued_revision", Integer, comment="the approved revision queued last"),
        Column("pushed_revision", Integer, comment="the revision Lightspeed was shown to hold"),
        Column("held", Boolean, nullable=False, server_default="0"),
        Column("last_error", LongText),
        Column("updated_at", UtcDateTime, nullable=False),
    )
    create_table(
        "order_problems",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("order_id", BigId, reference("purchase_orders.id"), nullable=False),
        Column("line_no", Integer),
        Column("code", String(64), nullable=False),
        Column("severity", String(16), nullable=False),
        Column("message", LongText, nullable=False),
        Column("fix", LongText, nullable=False),
        Column("observed_at", UtcDateTime, nullable=False),
    )
    create_index("order_problems", "code", "code")
    create_index("order_problems", "order_id", "order_id")
    create_table(
        "pushes",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("order_id", BigId, reference("purchase_orders.id"), nullable=False),
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
    )
    create_table(
        "written_lines",
        Column(
            "order_id",
            BigId,
            reference("purchase_orders.id"),
            primary_key=True,
            autoincrement=False,
        ),
        Column("product_id", String(64), primary_key=True),
        Column("quantity", Exact, nullable=False, comment="as ordered when it was written"),
        Column("unit_cost", Exact),
    )
    create_table(
        "consignments",
        Column("id", String(64), primary_key=True, comment="Lightspeed's id"),
        Column("order_id", BigId, reference("purchase_orders.id")),
        Column("role", String(16), nullable=False, comment="primary, split or duplicate"),
        Column("reference", String(200)),
        Column("status", String(64), nullable=False),
        Column("version", BigId, nullable=False),
        Column("created_at", UtcDateTime),
        Column("observed_at", UtcDateTime, nullable=False),
    )
    create_index("consignments", "order_id", "order_id")
    create_index("consignments", "reference", "reference")
    create_table(
        "consignment_lines",
        Column("consignment_id", String(64), reference("consignments.id"), primary_key=True),
        Column("product_id", String(64), primary_key=True),
        Column("count", Exact, nullable=False),
        Column("received", Exact),
        Column("cost", Exact),
    )
    create_table(
        "receipts",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("order_id", BigId, reference("purchase_orders.id"), nullable=False),
        Column("consignment_id", String(64), nullable=False),
        Column("product_id", String(64), nullable=False),
        Column("line_no", Integer),
        Column("received_before", Exact, nullable=False),
        Column("received_after", Exact, nullable=False),
        Column("version", BigId, nullable=False),
        Column("observed_at", UtcDateTime, nullable=False),
    )
    create_index("receipts", "order_id", "order_id", "id")
