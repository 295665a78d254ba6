"""What happened to each order, fact by fact; which cancelled orders are being withdrawn."""

from sqlalchemy import Column, Integer, String

from lsync.core.store.columns import BigId, LongText, UtcDateTime
from lsync.core.store.migrations.steps import add_column, create_index, create_table

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create what is not there yet."""
    create_table(
        "order_journal",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("order_id", BigId, nullable=False),
        Column("at", UtcDateTime, nullable=False),
        Column("fact", String(32), nullable=False),
        Column("revision", Integer, comment="of the document, where the fact is one"),
        Column("value", LongText, nullable=False, comment="JSON: what is so from then on"),
    )
    create_index("order_journal", "order_id", "order_id", "fact", "id")
    create_index("purchase_orders", "supplier", "supplier", "id")
    add_column(
        "order_syncs",
        Column("withdrawal_queued_at", UtcDateTime, comment="when its cancelling was queued"),
    )
