"""What several daemons share: cursors, leases, the call budget and stored settings."""

from types import SimpleNamespace

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table

from lsync.core.store.columns import BigId, LongText, UtcDateTime


def define_shared(metadata: MetaData, prefix: str) -> SimpleNamespace:
    """Define the shared tables in ``metadata``."""
    return SimpleNamespace(
        cursors=Table(
            f"{prefix}cursors",
            metadata,
            Column("name", String(64), primary_key=True),
            Column("value", BigId, nullable=False),
            Column("updated_at", UtcDateTime, nullable=False),
        ),
        leases=Table(
            f"{prefix}leases",
            metadata,
            Column("name", String(64), primary_key=True),
            Column("holder", String(128)),
            Column("epoch", Integer, nullable=False, server_default="0"),
            Column("expires_at", UtcDateTime),
        ),
        budget_calls=Table(
            f"{prefix}budget_calls",
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column("called_at", UtcDateTime, nullable=False),
            Column("calls", Integer, nullable=False),
            Index(f"ix_{prefix}budget_calls_called_at", "called_at"),
        ),
        budget_state=Table(
            f"{prefix}budget_state",
            metadata,
            Column("id", Integer, primary_key=True, autoincrement=False, comment="always 1"),
            Column("call_limit", Integer, nullable=False),
            Column("remaining", Integer),
            Column("observed_at", UtcDateTime),
            Column("blocked_until", UtcDateTime),
        ),
        stored_settings=Table(
            f"{prefix}stored_settings",
            metadata,
            Column("key", String(128), primary_key=True),
            Column("value", LongText, nullable=False),
            Column("encrypted", Boolean, nullable=False, server_default="0"),
            Column("updated_at", UtcDateTime, nullable=False),
            Column("updated_by", String(190), nullable=False),
        ),
    )
