"""Reads the links of an older integration from a table that is not lsync's. Never writes there."""

from sqlalchemy import ColumnClause, column, select, table
from sqlalchemy.exc import DBAPIError

from lsync.core.domain.adoption import Link
from lsync.core.store.errors import StoreError
from lsync.core.store.transaction import Transaction

MOST = 200_000
"""Links that are read; more are not one shop's."""


class UnreadableTable(StoreError):  # noqa: N818 - beside ForeignTable
    """The table or a column does not exist, or may not be read."""

    def __init__(self, name: str, *, why: str) -> None:
        """Name the table."""
        super().__init__(
            f"The table {name} cannot be read.",
            why=why,
            next_step="Check the names of table and columns, and that lsync's user may read it.",
        )


async def read_links(
    tx: Transaction, table_name: str, *, order_column: str, consignment_column: str
) -> list[Link]:
    """Return every pair of order number and consignment id; rows without one are left out.

    ``table_name`` may carry the name of another database of the same server (``shop.links``).

    Raises:
        UnreadableTable: table or columns are not there.
    """
    schema, _, name = table_name.rpartition(".")
    number: ColumnClause[str] = column(order_column)
    consignment: ColumnClause[str] = column(consignment_column)
    source = table(name, number, consignment, schema=schema or None)
    statement = (
        select(number, consignment)
        .select_from(source)
        .where(number.is_not(None), consignment.is_not(None))
        .limit(MOST)
    )
    try:
        rows = (await tx.execute(statement)).all()
    except DBAPIError as error:
        raise UnreadableTable(table_name, why=f"{str(error.orig)[:200]}.") from error
    pairs = [(str(row[0]).strip(), str(row[1]).strip()) for row in rows]
    return [
        Link(order_number=number, consignment_id=consignment)
        for number, consignment in pairs
        if number and consignment
    ]
