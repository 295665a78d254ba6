"""Questions that wait for a person."""

from sqlalchemy import Column, Integer, String, UniqueConstraint

from lsync.core.store.columns import BigId, Exact, LongText, UtcDateTime
from lsync.core.store.migrations.steps import create_index, create_table, reference

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table and its indexes if they are not there yet."""
    create_table(
        "decisions",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("kind", String(32), nullable=False),
        Column("state", String(16), nullable=False),
        Column("ground", String(190)),
        Column("question", LongText, nullable=False),
        Column("consequence", LongText, nullable=False),
        Column("ours", Exact),
        Column("theirs", Exact),
        Column("order_id", BigId, reference("purchase_orders.id")),
        Column("line_no", Integer),
        Column("product_id", String(64)),
        Column("source", String(190), comment="consignment, invoice or adjustment"),
        Column("detail", LongText, comment="JSON"),
        Column("raised_at", UtcDateTime, nullable=False),
        Column("decided_at", UtcDateTime),
        Column("decided_by", String(190)),
        Column("note", LongText),
        UniqueConstraint("ground"),
    )
    create_index("decisions", "order_id", "order_id")
    create_index("decisions", "state", "state", "id")
