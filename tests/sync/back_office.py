"""A back office with order tables of its own, written by a program that knows nothing of lsync."""

import contextlib
import sqlite3
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql

from lsync.core.settings.source import SourceSettings
from lsync.core.store.source_layout import SourceLayout
from tests.databases import MariaDB

SETTINGS: dict[str, Any] = {
    "orders_table": "po headers",
    "lines_table": "po_lines",
    "id_column": "header_id",
    "number_column": "order no",
    "state_column": "status",
    "approved_states": "Approved,Ordered",
    "cancelled_states": "Void",
    "supplier_column": "vendor",
    "outlet_column": "store",
    "due_date_column": "due",
    "note_column": "select",
    "line_order_column": "header",
    "line_id_column": "position",
    "sku_column": "article",
    "quantity_column": "qty",
    "cost_column": "price",
    "consignment_column": "ls_consignment",
    "status_column": "ls_status",
    "synced_column": "ls_synced_at",
}
"""Names that only work where they are quoted are among them."""

ORDERS = (
    'CREATE TABLE "po headers" (header_id INTEGER PRIMARY KEY {auto}, "order no" VARCHAR(250),'
    " status VARCHAR(20), vendor VARCHAR(255), store VARCHAR(255), due DATE,"
    ' "select" VARCHAR(255), ls_consignment VARCHAR(64), ls_status VARCHAR(32),'
    " ls_synced_at DATETIME, secret VARCHAR(20) DEFAULT 'theirs',"
    " updated_at DATETIME DEFAULT CURRENT_TIMESTAMP {update})"
)
LINES = (
    "CREATE TABLE po_lines (id INTEGER PRIMARY KEY {auto}, header INTEGER NOT NULL,"
    " position INTEGER, article VARCHAR(190), qty DECIMAL(18,5), price DECIMAL(18,5))"
)


def layout(**changes: Any) -> SourceLayout:
    """The layout of the tables, as the settings give it."""
    found = SourceSettings(**{**SETTINGS, **changes}).layout()
    assert found is not None
    return found


@dataclass
class BackOffice:
    """Runs statements of its own, each committed at once."""

    url: str
    server: MariaDB | None = None

    def connect(self) -> Any:
        if self.server is None:
            return sqlite3.connect(self.url.removeprefix("sqlite:///"))
        return pymysql.connect(
            host="127.0.0.1",
            port=self.server.port,
            user="lsync",
            password=self.server.password,
            database=self.url.rpartition("/")[2],
            charset="utf8mb4",
            sql_mode="ANSI_QUOTES",
            ssl_disabled=True,  # or each connection reads the authorities of the system anew
        )

    def run(self, *statements: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run statements in one transaction; return the last one's rows."""
        with contextlib.closing(self.connect()) as connection:
            cursor = connection.cursor()
            for statement in statements:
                told = statement if self.server is None else statement.replace("?", "%s")
                cursor.execute(told, values)
            rows = list(cursor.fetchall())
            connection.commit()
            return rows

    def create(self) -> None:
        auto = {"auto": "", "update": ""}
        if self.server is not None:
            auto = {"auto": "AUTO_INCREMENT", "update": "ON UPDATE CURRENT_TIMESTAMP"}
        self.run(*(table.format(**auto) for table in (ORDERS, LINES)))

    def enter(
        self,
        number: str,
        lines: list[tuple[str, object, object]],
        *,
        status: str = "Approved",
        vendor: str | None = "Northwind Wholesale",
        store: str = "Main Street",
        **columns: object,
    ) -> int:
        """Enter an order in one transaction; return its id."""
        named = {"order no": number, "status": status, "vendor": vendor, "store": store}
        header: dict[str, object] = {**named, **columns}
        with contextlib.closing(self.connect()) as connection:
            cursor = connection.cursor()
            identity = self._insert(cursor, "po headers", header)
            for position, (article, qty, price) in enumerate(lines, start=1):
                line = {"header": identity, "position": position, "article": article}
                self._insert(cursor, "po_lines", line | {"qty": qty, "price": price})
            connection.commit()
        return identity

    def _insert(self, cursor: Any, table: str, values: dict[str, object]) -> int:
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" for _ in values)
        statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 - a test's
        told = statement if self.server is None else statement.replace("?", "%s")
        cursor.execute(told, tuple(values.values()))
        return int(cursor.lastrowid)

    def add_line(self, order: int, article: str, qty: object, price: object, position: int) -> None:
        """Add a line to an order."""
        self.run(
            "INSERT INTO po_lines (header, position, article, qty, price) VALUES (?, ?, ?, ?, ?)",
            values=(order, position, article, qty, price),
        )

    def set(self, number: str, **columns: object) -> None:
        """Change columns of an order."""
        told = ", ".join(f'"{name}" = ?' for name in columns)
        self.run(
            f'UPDATE "po headers" SET {told} WHERE "order no" = ?',  # noqa: S608 - a test's
            values=(*columns.values(), number),
        )

    def written(self, number: str) -> tuple[str | None, str | None]:
        """The consignment and the status that the order's row names."""
        rows = self.run(
            'SELECT ls_consignment, ls_status FROM "po headers" WHERE "order no" = ?',
            values=(number,),
        )
        ((consignment, status),) = rows
        return consignment, status

    def everything_else(self) -> list[Any]:
        """Every cell that lsync has no business with."""
        return [
            self.run(
                'SELECT header_id, "order no", status, vendor, store, due, "select", secret'
                ' FROM "po headers" ORDER BY header_id'
            ),
            self.run("SELECT * FROM po_lines ORDER BY id"),
        ]


@contextlib.contextmanager
def back_office(kind: str, server: MariaDB | None, path: Path) -> Iterator[BackOffice]:
    """Tables in lsync's own SQLite file, or in a database of their own on MariaDB."""
    if server is None:
        office = BackOffice(f"sqlite:///{path}")
        office.create()
        yield office
        return
    name = f"shop_{uuid.uuid4().hex[:12]}"
    office = BackOffice(server.create_database(name), server)
    office.create()
    try:
        yield office
    finally:
        server.admin(f"DROP DATABASE IF EXISTS `{name}`")
