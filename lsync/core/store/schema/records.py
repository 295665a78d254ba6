"""What was done and seen: sync log and API log; mappings and the product catalogue."""

from types import SimpleNamespace

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from lsync.core.store.columns import BigId, Exact, LongText, UtcDateTime


def define_records(metadata: MetaData, prefix: str) -> SimpleNamespace:
    """Define the record tables in ``metadata``."""
    sync_log = f"{prefix}lightspeed_sync_log"
    api_log = f"{prefix}lightspeed_api_log"
    return SimpleNamespace(
        lightspeed_sync_log=Table(
            sync_log,
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column("created_at", UtcDateTime, nullable=False, index=True),
            Column("order_id", BigId),
            Column("order_number", String(190)),
            Column("consignment_id", String(64)),
            Column("job_id", BigId),
            Column("operation", String(32), nullable=False, comment="push, pull, poll, import, …"),
            Column("step", String(64), nullable=False),
            Column("status", String(16), nullable=False, comment="ok, warning, failed or info"),
            Column("message", LongText, nullable=False),
            Column("detail", LongText, comment="JSON"),
            Column("duration_ms", Float),
            Index(f"ix_{sync_log}_order_number", "order_number", "id"),
            Index(f"ix_{sync_log}_status", "status", "id"),
        ),
        lightspeed_api_log=Table(
            api_log,
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column("created_at", UtcDateTime, nullable=False, index=True),
            Column("request_id", String(64), nullable=False, index=True),
            Column("method", String(8), nullable=False),
            Column("path", String(1024), nullable=False),
            Column("status", Integer),
            Column("duration_ms", Float, nullable=False),
            Column("job_id", BigId),
            Column("order_number", String(190), index=True),
            Column("request_headers", LongText),
            Column("request_body", LongText),
            Column("response_headers", LongText),
            Column("response_body", LongText),
            Column("error", LongText),
        ),
        lightspeed_mappings=Table(
            f"{prefix}lightspeed_mappings",
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column("kind", String(16), nullable=False, comment="order, product, supplier, outlet"),
            Column("local_id", String(190), nullable=False),
            Column("lightspeed_id", String(64), nullable=False),
            Column("source", String(16), nullable=False, comment="lsync, person or adopted"),
            Column("created_at", UtcDateTime, nullable=False),
            Column("updated_at", UtcDateTime, nullable=False),
            UniqueConstraint("kind", "local_id", "lightspeed_id"),
            Index(f"ix_{prefix}lightspeed_mappings_lightspeed_id", "kind", "lightspeed_id"),
        ),
        catalogue=Table(
            f"{prefix}catalogue",
            metadata,
            Column("kind", String(16), primary_key=True, comment="product, supplier or outlet"),
            Column("lightspeed_id", String(64), primary_key=True),
            Column("name", String(512), nullable=False),
            Column("sku", String(190)),
            Column("active", Boolean, nullable=False, server_default="1"),
            Column("deleted", Boolean, nullable=False, server_default="0"),
            Column("composite", Boolean, nullable=False, server_default="0"),
            Column("supply_price", Exact),
            Column("time_zone", String(64), comment="outlets only"),
            Column("version", BigId, nullable=False),
            Column("observed_at", UtcDateTime, nullable=False),
            Index(f"ix_{prefix}catalogue_name", "kind", "name", mysql_length={"name": 190}),
        ),
        catalogue_skus=Table(
            f"{prefix}catalogue_skus",
            metadata,
            Column("sku", String(190), primary_key=True, comment="lower case"),
            Column("lightspeed_id", String(64), primary_key=True),
        ),
    )
