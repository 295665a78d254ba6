"""Orders that a plain SQLite program wrote, in its own manner."""

import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from lsync.core.store import orders
from lsync.core.store.database import Database


@pytest.fixture
def database_kind() -> str:
    """MariaDB's column types refuse all this."""
    return "sqlite"


def write(url: str, *statements: str) -> None:
    with sqlite3.connect(Path(url.removeprefix("sqlite:///"))) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


ORDER = (
    "INSERT INTO purchase_orders (id, order_number, state, supplier, outlet, approved_at, due_date)"
    " VALUES (1, 'EXT-1', 'approved', 'A', 'B', datetime('now'), date('now'))"
)


def line(line_no: int, quantity: str) -> str:
    return (
        "INSERT INTO purchase_order_lines (order_id, line_no, sku, quantity, unit_cost)"  # noqa: S608 - the test's own numbers
        f" VALUES (1, {line_no}, 'S{line_no}', {quantity}, 0.1)"
    )


async def test_numbers_of_every_kind_are_read_exactly(
    database: Database, database_url: str
) -> None:
    write(database_url, ORDER, line(1, "3"), line(2, "2.5"), line(3, "'1.50000'"))
    async with database.read() as tx:
        (found,) = await orders.approved_unqueued(tx, 10)
    assert [each.quantity for each in found.lines] == [
        Decimal(3),
        Decimal("2.5"),
        Decimal("1.5"),
    ]
    assert found.lines[0].unit_cost == Decimal("0.1")
    assert found.approved_at is not None
    assert found.approved_at.tzinfo is not None


async def test_a_quantity_that_is_no_number_does_not_hide_the_orders(
    database: Database, database_url: str
) -> None:
    write(database_url, ORDER, line(1, "'a dozen'"))
    async with database.read() as tx:
        (found,) = await orders.approved_unqueued(tx, 10)
        (listed,) = await orders.listing(tx)
    assert found.lines[0].quantity.is_nan()
    assert listed.lines == 1
