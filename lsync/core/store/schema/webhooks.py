"""Webhooks: what came in, who sends them, which changes they announced; stock they hint at."""

from types import SimpleNamespace

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table

from lsync.core.store.columns import BigId, Exact, LongText, UtcDateTime


def define_webhooks(metadata: MetaData, prefix: str) -> SimpleNamespace:
    """Define the webhook tables in ``metadata``."""
    webhooks = f"{prefix}lightspeed_webhooks"
    announcements = f"{prefix}webhook_announcements"
    return SimpleNamespace(
        lightspeed_webhooks=Table(
            webhooks,
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column("received_at", UtcDateTime, nullable=False, index=True),
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
            Index(f"ix_{webhooks}_digest", "digest", "received_at"),
            Index(f"ix_{webhooks}_status", "status", "id"),
            Index(f"ix_{webhooks}_type", "event_type", "id"),
            Index(f"ix_{webhooks}_entity", "entity_id", "id"),
        ),
        webhook_subscriptions=Table(
            f"{prefix}webhook_subscriptions",
            metadata,
            Column("id", String(64), primary_key=True, comment="Lightspeed's id"),
            Column("event_type", String(64), nullable=False),
            Column("active", Boolean, nullable=False),
            Column("ours", Boolean, nullable=False),
            Column("seen_at", UtcDateTime, nullable=False),
        ),
        webhook_announcements=Table(
            announcements,
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column("event_type", String(64), nullable=False),
            Column("entity_id", String(64), nullable=False),
            Column("announced_at", UtcDateTime, comment="when its webhook came in"),
            Column("observed_at", UtcDateTime, comment="when polling found the change"),
            Index(f"ix_{announcements}_entity", "entity_id", "event_type"),
            Index(f"ix_{announcements}_announced_at", "announced_at"),
            Index(f"ix_{announcements}_observed_at", "observed_at"),
        ),
        stock_levels=Table(
            f"{prefix}stock_levels",
            metadata,
            Column("product_id", String(64), primary_key=True),
            Column("outlet_id", String(64), primary_key=True),
            Column("level", Exact),
            Column("average_cost", Exact),
            Column("reorder_point", Exact),
            Column("version", BigId, nullable=False),
            Column("observed_at", UtcDateTime, nullable=False),
        ),
    )
