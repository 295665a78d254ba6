"""What lsync remembers of a back office's own order tables."""

from types import SimpleNamespace

from sqlalchemy import Column, ForeignKey, Index, MetaData, String, Table

from lsync.core.store.columns import BigId, LongText, UtcDateTime


def define_source(metadata: MetaData, prefix: str) -> SimpleNamespace:
    """Define the tables in ``metadata``."""
    name = f"{prefix}source_orders"
    return SimpleNamespace(
        source_orders=Table(
            name,
            metadata,
            Column("source", String(128), primary_key=True, comment="the order table's name"),
            Column("source_key", String(255), primary_key=True, comment="JSON of the row's id"),
            Column("order_number", String(190), nullable=False),
            Column(
                "order_id", BigId, ForeignKey(f"{prefix}purchase_orders.id", ondelete="CASCADE")
            ),
            Column("digest", String(64), nullable=False, comment="of the document read last"),
            Column("faults", LongText, comment="JSON: why it did not come in as it is"),
            Column("wrote_consignment", String(64), comment="as written back last"),
            Column("wrote_state", String(32)),
            Column("wrote_synced_at", UtcDateTime),
            Column("wrote_at", UtcDateTime),
            Column("seen_at", UtcDateTime, nullable=False),
            Index(f"ix_{name}_order_id", "order_id"),
        )
    )
