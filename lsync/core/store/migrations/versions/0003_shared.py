"""Cursors, leases, the call budget and stored settings."""

from sqlalchemy import Boolean, Column, Integer, String

from lsync.core.store.columns import BigId, LongText, UtcDateTime
from lsync.core.store.migrations.steps import create_index, create_table

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables and indexes that are not there yet."""
    create_table(
        "cursors",
        Column("name", String(64), primary_key=True),
        Column("value", BigId, nullable=False),
        Column("updated_at", UtcDateTime, nullable=False),
    )
    create_table(
        "leases",
        Column("name", String(64), primary_key=True),
        Column("holder", String(128)),
        Column("epoch", Integer, nullable=False, server_default="0"),
        Column("expires_at", UtcDateTime),
    )
    create_table(
        "budget_calls",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("called_at", UtcDateTime, nullable=False),
        Column("calls", Integer, nullable=False),
    )
    create_index("budget_calls", "called_at", "called_at")
    create_table(
        "budget_state",
        Column("id", Integer, primary_key=True, autoincrement=False, comment="always 1"),
        Column("call_limit", Integer, nullable=False),
        Column("remaining", Integer),
        Column("observed_at", UtcDateTime),
        Column("blocked_until", UtcDateTime),
    )
    create_table(
        "stored_settings",
        Column("key", String(128), primary_key=True),
        Column("value", LongText, nullable=False),
        Column("encrypted", Boolean, nullable=False, server_default="0"),
        Column("updated_at", UtcDateTime, nullable=False),
        Column("updated_by", String(190), nullable=False),
    )
