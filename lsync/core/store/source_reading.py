"""Reads a back office's own order tables. Never writes there."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, TableClause, func, literal, select
from sqlalchemy.dialects.mysql import BINARY
from sqlalchemy.exc import DBAPIError

from lsync.core.domain.sanitise import visible
from lsync.core.domain.source_order import SourceDocument, cell
from lsync.core.store.database import Database
from lsync.core.store.errors import DatabaseUnavailable
from lsync.core.store.schema import tables
from lsync.core.store.source_layout import SourceLayout
from lsync.core.store.source_tables import (
    DENIED,
    SourceUnreadable,
    code_of,
    lines_of,
    orders_of,
    said_by,
)
from lsync.core.store.transaction import Transaction
from lsync.core.store.urls import parse_url

MOST = 200_000
"""Orders that are looked at; a back office with more names ``source.since``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHeader:
    """One row of the order table as a look sees it. ``digest`` differs when the row does."""

    key: str
    digest: int
    cancelled: bool = False
    changed: datetime | str | None = None


def database_at(url: str) -> Database:
    """Return the back office's database. Nothing of lsync's is looked for or made in it."""
    return Database(parse_url(url), tables=tables())


@asynccontextmanager
async def reading(database: Database) -> AsyncIterator[Transaction]:
    """One consistent look at the source's tables.

    Raises:
        SourceUnreadable: a table, a column or a right is not there any more.
        DatabaseUnavailable: the server does not answer.
    """
    try:
        async with database.read() as tx:
            yield tx
    except DBAPIError as error:
        raise unreadable(error) from error
    except DatabaseUnavailable as error:
        cause = error.__cause__
        if isinstance(cause, DBAPIError) and code_of(cause) in DENIED:
            raise unreadable(cause) from error
        raise


def unreadable(error: DBAPIError) -> SourceUnreadable:
    """Return what to tell a person about a statement that the database refused."""
    return SourceUnreadable(
        "The back office's order tables cannot be used.",
        why=f"The database says: {said_by(error)}",
        next_step="Compare the settings in [source] with the tables, and the rights of lsync's "
        "user with docs/source-tables.md; lsync goes on by itself.",
    )


def _ambiguous(layout: SourceLayout) -> SourceUnreadable:
    return SourceUnreadable(
        f"The column {layout.id_column} of {layout.orders_table} does not tell orders apart.",
        why="Two rows hold the same value in it.",
        next_step="Name the table's key in source.id_column.",
    )


async def headers(
    tx: Transaction, layout: SourceLayout, *, changed_since: datetime | None = None
) -> list[SourceHeader]:
    """Return the approved and cancelled orders, oldest change first where that is known.

    With ``changed_since`` only those whose row changed then or later.
    """
    there = orders_of(layout)
    columns = [there.c[name] for name in _own_columns(layout)]
    statement = select(*columns).where(*_wanted(there, layout, changed_since))
    if layout.changed_column is not None:
        statement = statement.order_by(there.c[layout.changed_column])
    rows = (await tx.execute(statement.limit(MOST))).all()
    place = None if layout.changed_column is None else len(columns) - 1
    return [
        SourceHeader(
            key=key_of(row[0]),
            digest=hash(tuple(str(value) for value in row)),
            cancelled=_state(row[2]) in layout.cancelled,
            changed=None if place is None else row[place],
        )
        for row in rows
        if _state(row[2]) in layout.approved | layout.cancelled
    ]


async def outline(
    tx: Transaction, layout: SourceLayout, *, changed_since: datetime | None = None
) -> tuple[int, ...] | None:
    """Return numbers that differ when ``headers`` would, all but surely; None: not known.

    The server adds them up, so that a look without news carries one row instead of all. Only
    MariaDB and MySQL can; SQLite tells of changes by itself.
    """
    if tx.dialect != "mysql":
        return None
    there = orders_of(layout)
    empty = literal("\x00").cast(BINARY)
    cells = [func.coalesce(there.c[name].cast(BINARY), empty) for name in _own_columns(layout)]
    digest = func.crc32(func.concat_ws("\x1f", *cells))
    statement = select(func.count(), func.sum(digest), func.bit_xor(digest))
    row = (await tx.execute(statement.where(*_wanted(there, layout, changed_since)))).one()
    return tuple(int(value or 0) for value in row)


async def count_approved(tx: Transaction, layout: SourceLayout) -> int:
    """Return how many orders are approved there."""
    there = orders_of(layout)
    state = there.c[layout.state_column]
    statement = select(state, func.count()).where(*_wanted(there, layout, None)).group_by(state)
    rows = (await tx.execute(statement)).all()
    return sum(int(row[1]) for row in rows if _state(row[0]) in layout.approved)


async def documents(
    tx: Transaction, layout: SourceLayout, keys: Sequence[str]
) -> list[SourceDocument]:
    """Return whole orders; those that are neither approved nor cancelled any more are left out."""
    there = orders_of(layout)
    names = list(layout.order_columns)
    columns = [there.c[column] for column in (layout.id_column, layout.number_column)]
    columns += [there.c[layout.state_column]]
    columns += [there.c[layout.order_columns[name]] for name in names]
    if layout.consignment_column is not None:
        columns.append(there.c[layout.consignment_column])
    identity = there.c[layout.id_column]
    statement = select(*columns).where(identity.in_([value_of(key) for key in keys]))
    rows = (await tx.execute(statement)).all()
    if len({row[0] for row in rows}) < len(rows):
        raise _ambiguous(layout)
    lines = await _lines(tx, layout, [row[0] for row in rows])
    found = []
    for row in rows:
        state = _state(row[2])
        if state not in layout.approved | layout.cancelled:
            continue
        header = {
            name: cell(value, day=name == "due_date")
            for name, value in zip(names, row[3 : 3 + len(names)], strict=True)
        }
        linked = row[-1] if layout.consignment_column is not None else None
        found.append(
            SourceDocument(
                key=key_of(row[0]),
                number=(cell(row[1]) or "").strip(),
                cancelled=state in layout.cancelled,
                header={**header, "outlet": layout.outlet or header.get("outlet")},
                lines=lines.get(str(row[0]), ()),
                linked=visible((cell(linked) or "").strip()) or None,
            )
        )
    return found


def key_of(value: Any) -> str:
    """Return the text that names a row by its id: another one for the number 7 and the word 7."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    if isinstance(value, bytes | bytearray):
        return json.dumps({"hex": bytes(value).hex()})
    return json.dumps(value if isinstance(value, int | str) else str(value), ensure_ascii=False)


def value_of(key: str) -> Any:
    """Return the id that ``key_of`` was given, of its own type, so that an index finds it."""
    value = json.loads(key)
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value


def _own_columns(layout: SourceLayout) -> list[str]:
    """What a look compares: nothing that lsync writes itself."""
    columns = [layout.id_column, layout.number_column, layout.state_column]
    columns += layout.order_columns.values()
    return [*columns, *([layout.changed_column] if layout.changed_column else [])]


def _wanted(
    there: TableClause, layout: SourceLayout, changed_since: datetime | None
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [there.c[layout.state_column].in_(layout.states)]
    if layout.changed_column is not None:
        changed = there.c[layout.changed_column]
        if layout.since is not None:
            found.append(changed >= layout.since.isoformat())
        if changed_since is not None:
            found.append(changed >= changed_since.isoformat(sep=" "))
    return found


async def _lines(
    tx: Transaction, layout: SourceLayout, ids: Iterable[Any]
) -> dict[str, list[dict[str, str | None]]]:
    there = lines_of(layout)
    names = list(layout.line_columns)
    owner, place = there.c[layout.line_order_column], there.c[layout.line_id_column]
    columns = [owner, *(there.c[layout.line_columns[name]] for name in names)]
    statement = select(*columns).where(owner.in_(list(ids))).order_by(owner, place)
    found: dict[str, list[dict[str, str | None]]] = {}
    for row in await tx.execute(statement):
        cells = {name: cell(value) for name, value in zip(names, row[1:], strict=True)}
        found.setdefault(str(row[0]), []).append(cells)
    return found


def _state(value: Any) -> str:
    return (cell(value) or "").strip().casefold()
