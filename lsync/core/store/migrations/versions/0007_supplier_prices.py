"""What suppliers are to ask for products at Lightspeed."""

from sqlalchemy import Column, String

from lsync.core.store.columns import Exact, UtcDateTime
from lsync.core.store.migrations.steps import create_table

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table if it is not there yet."""
    create_table(
        "supplier_prices",
        Column("product_id", String(64), primary_key=True),
        Column("supplier_id", String(64), primary_key=True),
        Column("price", Exact, nullable=False, comment="per unit ex tax"),
        Column("wanted_at", UtcDateTime, nullable=False),
        Column("confirmed_at", UtcDateTime, comment="when it was read back from Lightspeed"),
    )
