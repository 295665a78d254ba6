"""Webhooks: quick lists, who sends them, which changes they announced; stock levels."""

from sqlalchemy import Boolean, Column, String

from lsync.core.store.columns import BigId, Exact, UtcDateTime
from lsync.core.store.migrations.steps import create_index, create_table

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables and indexes that are not there yet."""
    create_index("lightspeed_webhooks", "status", "status", "id")
    create_index("lightspeed_webhooks", "type", "event_type", "id")
    create_index("lightspeed_webhooks", "entity", "entity_id", "id")
    create_table(
        "webhook_subscriptions",
        Column("id", String(64), primary_key=True, comment="Lightspeed's id"),
        Column("event_type", String(64), nullable=False),
        Column("active", Boolean, nullable=False),
        Column("ours", Boolean, nullable=False),
        Column("seen_at", UtcDateTime, nullable=False),
    )
    create_table(
        "webhook_announcements",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("event_type", String(64), nullable=False),
        Column("entity_id", String(64), nullable=False),
        Column("announced_at", UtcDateTime, comment="when its webhook came in"),
        Column("observed_at", UtcDateTime, comment="when polling found the change"),
    )
    create_index("webhook_announcements", "entity", "entity_id", "event_type")
    create_index("webhook_announcements", "announced_at", "announced_at")
    create_index("webhook_announcements", "observed_at", "observed_at")
    create_table(
        "stock_levels",
        Column("product_id", String(64), primary_key=True),
        Column("outlet_id", String(64), primary_key=True),
        Column("level", Exact),
        Column("average_cost", Exact),
        Column("reorder_point", Exact),
        Column("version", BigId, nullable=False),
        Column("observed_at", UtcDateTime, nullable=False),
    )
