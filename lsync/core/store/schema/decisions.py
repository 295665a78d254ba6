"""Questions that wait for a person, and the supplier prices that follow from the answers."""

from types import SimpleNamespace

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table

from lsync.core.store.columns import BigId, Exact, LongText, UtcDateTime


def define_decisions(metadata: MetaData, prefix: str) -> SimpleNamespace:
    """Define the tables in ``metadata``.

    ``ground`` is set while the difference is there, so that a plain unique index keeps a second
    question about it out.
    """
    decisions = f"{prefix}decisions"
    return SimpleNamespace(
        decisions=Table(
            decisions,
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column("kind", String(32), nullable=False),
            Column("state", String(16), nullable=False),
            Column("ground", String(190), unique=True),
            Column("question", LongText, nullable=False),
            Column("consequence", LongText, nullable=False),
            Column("ours", Exact),
            Column("theirs", Exact),
            Column(
                "order_id",
                BigId,
                ForeignKey(f"{prefix}purchase_orders.id", ondelete="CASCADE"),
                index=True,
            ),
            Column("line_no", Integer),
            Column("product_id", String(64)),
            Column("source", String(190), comment="consignment, invoice or adjustment"),
            Column("detail", LongText, comment="JSON"),
            Column("raised_at", UtcDateTime, nullable=False),
            Column("decided_at", UtcDateTime),
            Column("decided_by", String(190)),
            Column("note", LongText),
            Index(f"ix_{decisions}_state", "state", "id"),
        ),
        supplier_prices=Table(
            f"{prefix}supplier_prices",
            metadata,
            Column("product_id", String(64), primary_key=True),
            Column("supplier_id", String(64), primary_key=True),
            Column("price", Exact, nullable=False, comment="per unit ex tax"),
            Column("wanted_at", UtcDateTime, nullable=False),
            Column("confirmed_at", UtcDateTime, comment="when it was read back from Lightspeed"),
        ),
    )
