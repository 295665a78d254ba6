"""Sync log, API log, webhooks, mappings and the product catalogue."""

from sqlalchemy import Boolean, Column, Float, Integer, String, UniqueConstraint

from lsync.core.store.columns import BigId, Exact, LongText, UtcDateTime
from lsync.core.store.migrations.steps import create_index, create_table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables and indexes that are not there yet."""
    create_table(
        "lightspeed_sync_log",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("created_at", UtcDateTime, nullable=False),
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
    )
    create_index("lightspeed_sync_log", "created_at", "created_at")
    create_index("lightspeed_sync_log", "order_number", "order_number", "id")
    create_index("lightspeed_sync_log", "status", "status", "id")
    create_table(
        "lightspeed_api_log",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("created_at", UtcDateTime, nullable=False),
        Column("request_id", String(64), nullable=False),
        Column("method", String(8), nullable=False),
        Column("path", String(1024), nullable=False),
        Column("status", Integer),
        Column("duration_ms", Float, nullable=False),
        Column("job_id", BigId),
        Column("order_number", String(190)),
        Column("request_headers", LongText),
        Column("request_body", LongText),
        Column("response_headers", LongText),
        Column("response_body", LongText),
        Column("error", LongText),
    )
    create_index("lightspeed_api_log", "created_at", "created_at")
    create_index("lightspeed_api_log", "order_number", "order_number")
    create_index("lightspeed_api_log", "request_id", "request_id")
    create_table(
        "lightspeed_mappings",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("kind", String(16), nullable=False, comment="order, product, supplier, outlet"),
        Column("local_id", String(190), nullable=False),
        Column("lightspeed_id", String(64), nullable=False),
        Column("source", String(16), nullable=False, comment="lsync, person or adopted"),
        Column("created_at", UtcDateTime, nullable=False),
        Column("updated_at", UtcDateTime, nullable=False),
        UniqueConstraint("kind", "local_id", "lightspeed_id"),
    )
    create_index("lightspeed_mappings", "lightspeed_id", "kind", "lightspeed_id")
    create_table(
        "lightspeed_webhooks",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("received_at", UtcDateTime, nullable=False),
        Column("event_type", String(64), nullable=False),
        Column("digest", String(64), nullable=False),
        Column("body", LongText, nullable=False),
        Column("headers", LongText, nullable=False, comment="JSON, secrets removed"),
        Column("source", String(64), nullable=False),
        Column("verdict", String(32), nullable=False, comment="verified, token, unsigned, …"),
        Column("status", String(16), nullable=False, comment="received, processed, failed, …"),
        Column("duplicates", Integer, nullable=False, server_default="0"),
        Column("entity_id", String(64), comment="consignment or product the hint names"),
        Column("job_id", BigId),
        Column("processed_at", UtcDateTime),
        Column("error", LongText),
    )
    create_index("lightspeed_webhooks", "digest", "digest", "received_at")
    create_index("lightspeed_webhooks", "received_at", "received_at")
    create_table(
        "catalogue",
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
    )
    create_index("catalogue", "name", "kind", "name", mysql_length={"name": 190})
    create_table(
        "catalogue_skus",
        Column("sku", String(190), primary_key=True, comment="lower case"),
        Column("lightspeed_id", String(64), primary_key=True),
    )
