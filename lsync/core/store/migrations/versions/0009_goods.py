"""What was counted here, supplier invoices, and stock adjustments."""

from sqlalchemy import Column, Date, Integer, String, UniqueConstraint

from lsync.core.store.columns import BigId, Exact, LongText, UtcDateTime
from lsync.core.store.migrations.steps import create_index, create_table, reference

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the tables and indexes that are not there yet."""
    create_table(
        "goods_counted",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("order_id", BigId, reference("purchase_orders.id"), nullable=False),
        Column("line_no", Integer, nullable=False),
        Column("delivery", String(190), nullable=False, comment="delivery note"),
        Column("received", Exact, nullable=False, comment="good units, corrections negative"),
        Column("damaged", Exact, nullable=False),
        Column("short", Exact, nullable=False),
        Column("reason", LongText),
        Column("recorded_at", UtcDateTime, nullable=False),
        Column("recorded_by", String(190), nullable=False),
        UniqueConstraint("order_id", "delivery", "line_no"),
    )
    create_table(
        "goods_sent",
        Column("order_id", BigId, reference("purchase_orders.id"), primary_key=True),
        Column("product_id", String(64), primary_key=True),
        Column("attempted", Exact, nullable=False, comment="the total written last"),
        Column("confirmed", Exact, comment="the total that was read back"),
        Column("updated_at", UtcDateTime, nullable=False),
    )
    create_table(
        "supplier_invoices",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("supplier", String(190), nullable=False, comment="as compared: lower case"),
        Column("number", String(190), nullable=False),
        Column("invoice_date", Date),
        Column("digest", String(64), nullable=False, comment="of the lines"),
        Column("imported_at", UtcDateTime, nullable=False),
        Column("imported_by", String(190), nullable=False),
        UniqueConstraint("supplier", "number"),
    )
    create_table(
        "supplier_invoice_lines",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("invoice_id", BigId, reference("supplier_invoices.id"), nullable=False),
        Column("line_no", Integer, nullable=False),
        Column("order_number", String(190), nullable=False),
        Column("sku", String(190), nullable=False),
        Column("quantity", Exact, nullable=False),
        Column("unit_cost", Exact, nullable=False),
        Column("result", String(32), nullable=False, comment="equal, applied, decision, …"),
        Column("decision_id", BigId),
        UniqueConstraint("invoice_id", "line_no"),
    )
    create_table(
        "stock_adjustments",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("name", String(190), nullable=False, unique=True, comment="the caller's own"),
        Column("state", String(16), nullable=False, server_default="recorded"),
        Column("outlet", String(255), nullable=False),
        Column("sku", String(190)),
        Column("product_id", String(64)),
        Column("quantity", Exact, nullable=False, comment="signed"),
        Column("reason", String(64), nullable=False),
        Column("note", LongText),
        Column("outlet_id", String(64)),
        Column("watermark", BigId, comment="highest version seen before posting"),
        Column("uncertain_since", UtcDateTime),
        Column("lightspeed_id", String(64)),
        Column("error", LongText),
        Column("recorded_at", UtcDateTime),
        Column("recorded_by", String(190)),
        Column("posted_at", UtcDateTime),
    )
    create_index("stock_adjustments", "state", "state", "id")
    create_index("stock_adjustments", "lightspeed_id", "lightspeed_id")
