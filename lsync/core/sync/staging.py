"""The rows of an order file set aside by order, so that a file of any size takes little memory.

An order's rows may stand anywhere in its file. They go into a SQLite file of their own that has
no name any more once it is open: nobody else can read it, and it is gone with its process.
"""

import os
import sqlite3
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.order_file import (
    FileProblem,
    Gathering,
    Reading,
    Refusal,
    stray_problems,
)
from lsync.core.domain.order_file.fields import RowValues
from lsync.core.domain.order_file.grouping import MOST_PROBLEMS, others

PREFIX = "lsync-import-"
"""How the file's name begins while it has one."""

CACHE_KIB = 2048
"""Memory for pages of the file."""

INSERTED = 500
"""Rows written at once."""

VALUES = (
    "supplier",
    "outlet",
    "due_date",
    "supplier_invoice",
    "note",
    "sku",
    "product_id",
    "name",
    "quantity",
    "unit_cost",
)

SCHEMA = f"""
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA temp_store = FILE;
    PRAGMA cache_size = -{CACHE_KIB};
    CREATE TABLE orders (id INTEGER PRIMARY KEY, number TEXT UNIQUE, folded TEXT);
    CREATE TABLE lines (
        order_id, place, line, element, fault, {", ".join(VALUES)}, PRIMARY KEY (order_id, place)
    ) WITHOUT ROWID;
    CREATE TABLE strays (place INTEGER PRIMARY KEY, line, element, fault);
    CREATE TABLE refused (order_id INTEGER PRIMARY KEY);
    BEGIN;
"""

INSERT_LINE = f"INSERT INTO lines VALUES ({', '.join('?' * (5 + len(VALUES)))})"  # noqa: S608 - marks

LINES = """
    SELECT lines.*, orders.number, orders.folded
    FROM lines CROSS JOIN orders ON orders.id = lines.order_id
    {among} ORDER BY lines.order_id, lines.place
"""
REFUSED = "WHERE lines.order_id IN (SELECT order_id FROM refused)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some orders of the file that follow each other, without ``refused`` that stay out."""

    orders: tuple[PurchaseOrder, ...]
    refused: int


def remove_left(directory: Path) -> None:
    """Remove the files of processes that died in the moment between making and unnaming them."""
    for left in directory.glob(f"{PREFIX}*"):
        with suppress(OSError):
            left.unlink()


class StagedRows:
    """What a file says, read to its end before anything of it is used."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """See ``open``."""
        self._connection = connection
        self._waiting: list[tuple[Any, ...]] = []
        self._current: tuple[str, int] = ("", 0)
        self._alike = False
        self.orders = 0
        """How many there are, refused ones included."""
        self.strays = 0

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Make an empty one; its file takes disk space in ``directory``.

        Raises:
            OSError, sqlite3.Error: there is no room, or nothing can be written there.
        """
        handle, name = tempfile.mkstemp(prefix=PREFIX, dir=directory)
        os.close(handle)
        try:
            connection = sqlite3.connect(name, isolation_level=None, check_same_thread=False)
            connection.executescript(SCHEMA)
        finally:
            Path(name).unlink(missing_ok=True)
        return cls(connection)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def fill(self, readings: Iterable[Reading]) -> None:
        """Set every row aside."""
        for reading in readings:
            if reading.order_number is None:
                self._add_stray(reading)
            else:
                self._add(reading, order_id=self._order(reading.order_number))
        self._write()
        self._find_alike()

    def batches(self, *, most_orders: int, most_lines: int) -> Generator[Batch, None, None]:
        """Yield the orders in the sequence in which they begin in the file.

        A batch ends with the order that fills it, so that only a single order may be longer.
        Whoever does not read to the end closes this before the file.
        """
        orders: list[PurchaseOrder] = []
        lines = refused = 0
        with closing(self._judged()) as judged:
            for found in judged:
                if isinstance(found, PurchaseOrder):
                    orders.append(found)
                    lines += len(found.lines)
                else:
                    refused += 1
                if len(orders) == most_orders or lines >= most_lines:
                    yield Batch(orders=tuple(orders), refused=refused)
                    orders, lines, refused = [], 0, 0
        if orders or refused:
            yield Batch(orders=tuple(orders), refused=refused)

    def refused(self) -> Generator[Refusal, None, None]:
        """Yield why each order stayed out that did; known when all batches were read.

        Closed like ``batches``.
        """
        with closing(self._judged(REFUSED)) as judged:
            for found in judged:
                if not isinstance(found, PurchaseOrder):
                    yield found

    def stray_problems(self) -> Generator[FileProblem, None, None]:
        """Yield what is wrong with rows of which it is not known whose they are."""
        found = self._connection.execute("SELECT * FROM strays ORDER BY place")
        with closing(found):
            yield from stray_problems(map(_stray, found), count=self.strays)

    def _add_stray(self, reading: Reading) -> None:
        self.strays += 1
        fault = reading.fault if self.strays <= MOST_PROBLEMS else None
        values = (reading.place, reading.line, reading.element, fault)
        self._connection.execute("INSERT INTO strays VALUES (?, ?, ?, ?)", values)

    def _order(self, number: str) -> int:
        """The id of the order; most rows follow one of the same order."""
        if self._current[0] != number:
            found = self._connection.execute("SELECT id FROM orders WHERE number = ?", (number,))
            (known,) = found.fetchone() or (None,)
            self._current = (number, known or self._new_order(number))
        return self._current[1]

    def _new_order(self, number: str) -> int:
        self.orders += 1
        values = (self.orders, number, number.casefold())
        self._connection.execute("INSERT INTO orders VALUES (?, ?, ?)", values)
        return self.orders

    def _add(self, reading: Reading, *, order_id: int) -> None:
        row = (order_id, reading.place, reading.line, reading.element, reading.fault)
        self._waiting.append((*row, *_cells(reading.values)))
        if len(self._waiting) == INSERTED:
            self._write()

    def _write(self) -> None:
        self._connection.executemany(INSERT_LINE, self._waiting)
        self._waiting.clear()

    def _find_alike(self) -> None:
        self._connection.execute("CREATE INDEX by_folded ON orders (folded)")
        alike = "SELECT 1 FROM orders GROUP BY folded HAVING count(*) > 1 LIMIT 1"
        self._alike = self._connection.execute(alike).fetchone() is not None

    def _judged(self, among: str = "") -> Generator[PurchaseOrder | Refusal, None, None]:
        with closing(self._connection.execute(LINES.format(among=among))) as rows:
            for order_id, lines in groupby(rows, key=itemgetter(0)):
                found = self._judge(lines)
                if not isinstance(found, PurchaseOrder):
                    remember = "INSERT OR IGNORE INTO refused VALUES (?)"
                    self._connection.execute(remember, (order_id,))
                yield found

    def _judge(self, lines: Iterator[tuple[Any, ...]]) -> PurchaseOrder | Refusal:
        first = next(lines)
        *_, number, folded = first
        gathering = Gathering(number)
        gathering.add(_reading(first))
        for line in lines:
            gathering.add(_reading(line))
        return gathering.finished(
            stray=self._stray_among(gathering), alike=self._others(number, folded)
        )

    def _stray_among(self, order: Gathering) -> Reading | None:
        if not self.strays:
            return None
        found = self._connection.execute(
            "SELECT * FROM strays WHERE place BETWEEN ? AND ? ORDER BY place LIMIT 1",
            (order.first - 1, order.last + 1),
        ).fetchone()
        return None if found is None else _stray(found)

    def _others(self, number: str, folded: str) -> Iterator[str]:
        if not self._alike:
            return
        spellings = "SELECT number FROM orders WHERE folded = ? ORDER BY id"
        with closing(self._connection.execute(spellings, (folded,))) as found:
            yield from others(number, map(itemgetter(0), found))


def _cells(values: RowValues | None) -> tuple[str | None, ...]:
    if values is None:
        return (None,) * len(VALUES)
    return (
        values.supplier,
        values.outlet,
        None if values.due_date is None else values.due_date.isoformat(),
        values.supplier_invoice,
        values.note,
        values.sku,
        values.product_id,
        values.name,
        str(values.quantity),
        str(values.unit_cost),
    )


def _reading(row: tuple[Any, ...]) -> Reading:
    _, place, line, element, fault, *cells, number, _ = row
    return Reading(
        place=place,
        line=line,
        element=element,
        order_number=number,
        values=None if fault is not None else _values(number, line, cells),
        fault=fault,
    )


def _stray(row: tuple[Any, ...]) -> Reading:
    place, line, element, fault = row
    return Reading(place=place, line=line, element=element, order_number=None, fault=fault)


def _values(number: str, line: int, cells: list[Any]) -> RowValues:
    supplier, outlet, day, invoice, note, sku, product_id, name, quantity, cost = cells
    return RowValues(
        line=line,
        order_number=number,
        supplier=supplier,
        outlet=outlet,
        due_date=None if day is None else date.fromisoformat(day),
        supplier_invoice=invoice,
        note=note,
        sku=sku,
        product_id=product_id,
        name=name,
        quantity=Decimal(quantity),
        unit_cost=Decimal(cost),
    )
