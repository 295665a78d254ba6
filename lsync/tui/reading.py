"""How each list is read from the daemon, one page at a time."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from lsync.core.control.client import ControlClient
from lsync.core.control.messages import (
    ApiCall,
    JobMessage,
    LogEntry,
    OrderSummary,
    SettingMessage,
    WebhookEvent,
)
from lsync.tui.listing import PAGE
from lsync.tui.model import Subject
from lsync.tui.view.query import Query

Reader = Callable[[ControlClient, Query, Any], Awaitable[Sequence[Any]]]
"""Reads the page that follows a row (``None``: the first page)."""


async def _orders(
    client: ControlClient, query: Query, last: OrderSummary | None
) -> Sequence[OrderSummary]:
    after = last.order_number if last else None
    return await client.orders(**query.values, limit=PAGE, after=after)  # type: ignore[arg-type]  # text only


async def _jobs(
    client: ControlClient, query: Query, last: JobMessage | None
) -> Sequence[JobMessage]:
    after = last.id if last else None
    return await client.jobs(**query.values, limit=PAGE, after=after)  # type: ignore[arg-type]  # text only


async def _log(client: ControlClient, query: Query, last: LogEntry | None) -> Sequence[LogEntry]:
    given = dict(query.values)
    dates = {name: _moment(given.pop(name, None)) for name in ("since", "until")}
    return await client.log(**given, **dates, limit=PAGE, before=last.id if last else None)  # type: ignore[arg-type]  # names differ in type


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


async def _webhooks(
    client: ControlClient, query: Query, last: WebhookEvent | None
) -> Sequence[WebhookEvent]:
    given = dict(query.values)
    dates = {name: _moment(given.pop(name, None)) for name in ("since", "until")}
    before = last.id if last else None
    return await client.webhook_events(**given, **dates, limit=PAGE, before=before)  # type: ignore[arg-type]  # names differ in type


async def _api(client: ControlClient, query: Query, last: ApiCall | None) -> Sequence[ApiCall]:
    order = query.values.get("order")
    return await client.api_calls(order=order, limit=PAGE, before=last.id if last else None)


async def _settings(
    client: ControlClient, _query: Query, _last: SettingMessage | None
) -> Sequence[SettingMessage]:
    return await client.settings()


READERS: dict[Subject, Reader] = {
    Subject.ORDERS: _orders,
    Subject.JOBS: _jobs,
    Subject.LOG: _log,
    Subject.WEBHOOKS: _webhooks,
    Subject.API: _api,
    Subject.SETTINGS: _settings,
}


async def read_page(read: Reader, query: Query, last: Any, client: ControlClient) -> Sequence[Any]:
    """Read the page that follows ``last``; the client comes last so that it can be given later."""
    return await read(client, query, last)
