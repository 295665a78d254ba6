"""How each list is read from the daemon, one page at a time."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from lsync.core.control.client import ControlClient
from lsync.core.control.messages import JobMessage, LogEntry, OrderSummary
from lsync.tui.listing import PAGE
from lsync.tui.model import Subject
from lsync.tui.view.query import Query

Reader = Callable[[ControlClient, Query, Any], Awaitable[Sequence[Any]]]
"""Reads the page that follows a row (``None``: the first page)."""


async def _orders(
    client: ControlClient, query: Query, last: OrderSummary | None
) -> Sequence[OrderSummary]:
    after = last.order_number if last else None
    return await client.orders(**query.arguments(), limit=PAGE, after=after)


async def _jobs(
    client: ControlClient, query: Query, last: JobMessage | None
) -> Sequence[JobMessage]:
    after = last.id if last else None
    return await client.jobs(**query.arguments(), limit=PAGE, after=after)


async def _log(client: ControlClient, query: Query, last: LogEntry | None) -> Sequence[LogEntry]:
    given = query.arguments()
    return await client.log(
        text=given.get("text"),
        order=given.get("order"),
        status=given.get("status"),
        operation=given.get("operation"),
        limit=PAGE,
        before=last.id if last else None,
    )


READERS: dict[Subject, Reader] = {
    Subject.ORDERS: _orders,
    Subject.JOBS: _jobs,
    Subject.LOG: _log,
}
