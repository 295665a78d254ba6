"""The journal of an order: each fact when it comes to be, appended and never changed.

What other programs write into the tables is noted when lsync notices it.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select

from lsync.core.domain.history import Fact, Noted, document_of
from lsync.core.domain.order import PurchaseOrder
from lsync.core.store.transaction import Transaction


async def note(
    tx: Transaction,
    order_id: int,
    fact: Fact,
    value: object,
    *,
    now: datetime,
    revision: int | None = None,
) -> None:
    """Append a fact that has just come to be."""
    row = {"order_id": order_id, "at": now, "fact": fact.value, "revision": revision}
    await tx.execute(insert(tx.tables.order_journal).values(value=_text(value), **row))


async def note_if_news(
    tx: Transaction, order_id: int, fact: Fact, value: object, *, now: datetime
) -> None:
    """Append a fact unless it is what was noted last."""
    table = tx.tables.order_journal
    last = (
        select(table.c.value)
        .where(table.c.order_id == order_id, table.c.fact == fact.value)
        .order_by(table.c.id.desc())
        .limit(1)
    )
    if await tx.scalar(last) != _text(value):
        await note(tx, order_id, fact, value, now=now)


async def note_document(
    tx: Transaction, order_id: int, order: PurchaseOrder, *, now: datetime
) -> None:
    """Append the document as it is at its revision."""
    await note(tx, order_id, Fact.DOCUMENT, document_of(order), now=now, revision=order.revision)


async def observe(tx: Transaction, order_id: int, order: PurchaseOrder, *, now: datetime) -> None:
    """Append what another program has made of the order: its revision, its state."""
    table = tx.tables.order_journal
    seen = select(table.c.id).where(
        table.c.order_id == order_id,
        table.c.fact == Fact.DOCUMENT.value,
        table.c.revision == order.revision,
    )
    if await tx.scalar(seen.limit(1)) is None:
        await note_document(tx, order_id, order, now=now)
    await note_if_news(tx, order_id, Fact.STATE, order.state.value, now=now)


async def facts(tx: Transaction, order_id: int) -> Sequence[Noted]:
    """Return everything noted of an order, oldest first."""
    table = tx.tables.order_journal
    statement = select(table).where(table.c.order_id == order_id).order_by(table.c.id)
    return [
        Noted(at=row.at, fact=Fact(row.fact), value=json.loads(row.value))
        for row in await tx.execute(statement)
    ]


def _text(value: object) -> str:
    return json.dumps(value, default=str, ensure_ascii=False, separators=(",", ":"))
