"""Goods and money beside the order: what was counted here, supplier invoices, adjustments."""

from types import SimpleNamespace

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from lsync.core.store.columns import BigId, Exact, LongText, UtcDateTime


def define_goods(metadata: MetaData, prefix: str) -> SimpleNamespace:
    """Define the tables in ``metadata``."""

    def of_order(*, primary_key: bool = False) -> Column[int]:
        target = ForeignKey(f"{prefix}purchase_orders.id", ondelete="CASCADE")
        return Column("order_id", BigId, target, nullable=False, primary_key=primary_key)

    invoices = f"{prefix}supplier_invoices"
    adjustments = f"{prefix}stock_adjustments"
    return SimpleNamespace(
        goods_counted=Table(
            f"{prefix}goods_counted",
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            of_order(),
            Column("line_no", Integer, nullable=False),
            Column("delivery", String(190), nullable=False, comment="delivery note"),
            Column("received", Exact, nullable=False, comment="good units, corrections negative"),
            Column("damaged", Exact, nullable=False),
            Column("short", Exact, nullable=False),
            Column("reason", LongText),
            Column("recorded_at", UtcDateTime, nullable=False),
            Column("recorded_by", String(190), nullable=False),
            UniqueConstraint("order_id", "delivery", "line_no"),
        ),
        goods_sent=Table(
            f"{prefix}goods_sent",
            metadata,
            of_order(primary_key=True),
            Column("product_id", String(64), primary_key=True),
            Column("attempted", Exact, nullable=False, comment="the total written last"),
            Column("confirmed", Exact, comment="the total that was read back"),
            Column("updated_at", UtcDateTime, nullable=False),
        ),
        supplier_invoices=Table(
            invoices,
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column("supplier", String(190), nullable=False, comment="as compared: lower case"),
            Column("number", String(190), nullable=False),
            Column("invoice_date", Date),
            Column("digest", String(64), nullable=False, comment="of the lines"),
            Column("imported_at", UtcDateTime, nullable=False),
            Column("imported_by", String(190), nullable=False),
            UniqueConstraint("supplier", "number"),
        ),
        supplier_invoice_lines=Table(
            f"{prefix}supplier_invoice_lines",
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column(
                "invoice_id",
                BigId,
                ForeignKey(f"{invoices}.id", ondelete="CASCADE"),
                nullable=False,
            ),
            Column("line_no", Integer, nullable=False),
            Column("order_number", String(190), nullable=False),
            Column("sku", String(190), nullable=False),
            Column("quantity", Exact, nullable=False),
            Column("unit_cost", Exact, nullable=False),
            Column("result", String(32), nullable=False, comment="equal, applied, decision, …"),
            Column("decision_id", BigId),
            UniqueConstraint("invoice_id", "line_no"),
        ),
        stock_adjustments=Table(
            adjustments,
            metadata,
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
            Index(f"ix_{adjustments}_state", "state", "id"),
            Index(f"ix_{adjustments}_lightspeed_id", "lightspeed_id"),
        ),
    )
