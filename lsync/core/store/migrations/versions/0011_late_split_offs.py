"""What tells whether a consignment of no order is what an order of ours came without."""

from sqlalchemy import Column, String

from lsync.core.store.columns import BigId, UtcDateTime
from lsync.core.store.migrations.steps import add_column, create_index

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns and the index that are not there yet."""
    add_column("consignments", Column("supplier_id", String(64)))
    add_column("consignments", Column("outlet_id", String(64)))
    add_column("consignments", Column("received_at", UtcDateTime))
    add_column(
        "consignments",
        Column("judged_version", BigId, comment="compared with what came short; no order's"),
    )
    create_index("consignments", "supplier_id", "supplier_id", "observed_at")
