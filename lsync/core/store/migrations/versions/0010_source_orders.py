"""What lsync remembers of a back office's own order tables."""

from sqlalchemy import Column, String

from lsync.core.store.columns import BigId, LongText, UtcDateTime
from lsync.core.store.migrations.steps import create_index, create_table, reference

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the table and its index unless they are there."""
    create_table(
        "source_orders",
        Column("source", String(128), primary_key=True, comment="the order table's name"),
        Column("source_key", String(255), primary_key=True, comment="JSON of the row's id"),
        Column("order_number", String(190), nullable=False),
        Column("order_id", BigId, reference("purchase_orders.id")),
        Column("digest", String(64), nullable=False, comment="of the document read last"),
        Column("faults", LongText, comment="JSON: why it did not come in as it is"),
        Column("wrote_consignment", String(64), comment="as written back last"),
        Column("wrote_state", String(32)),
        Column("wrote_synced_at", UtcDateTime),
        Column("wrote_at", UtcDateTime),
        Column("seen_at", UtcDateTime, nullable=False),
    )
    create_index("source_orders", "order_id", "order_id")
