"""Whose call is it? Ties each HTTP exchange to the job and order it was made for."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from lsync.core.domain.records import ApiLogEntry
from lsync.core.lightspeed import Exchange
from lsync.core.store import api_log
from lsync.core.store.database import Database


@dataclass(slots=True, kw_only=True)
class Work:
    """What is being worked on. ``request_ids`` collects the calls not yet written down."""

    job_id: int | None = None
    order_number: str | None = None
    request_ids: list[str] = field(default_factory=list)
    calls: int = 0

    def take_requests(self) -> list[str]:
        """Return the ids of the calls since the last time this was asked."""
        taken, self.request_ids = self.request_ids, []
        return taken


_current: ContextVar[Work | None] = ContextVar("work", default=None)


def current_work() -> Work:
    """Return what is being worked on; outside of any work, an empty one."""
    return _current.get() or Work()


@contextmanager
def working(*, job_id: int | None = None, order_number: str | None = None) -> Iterator[Work]:
    """Attribute the HTTP exchanges inside the block; an inner block keeps the outer's job."""
    outer = _current.get()
    if outer is not None and job_id in (None, outer.job_id):
        outer.order_number = order_number or outer.order_number
        yield outer
        return
    work = Work(job_id=job_id, order_number=order_number)
    token = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(token)


class ExchangeLog:
    """The client's ``on_exchange``: writes each exchange into the API log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, exchange: Exchange) -> None:
        """Write one exchange down, in a transaction of its own.

        Nothing is decided by this log, so nobody waits for the disk: only a power cut loses it.
        """
        work = current_work()
        work.calls += 1
        if exchange.request_id not in work.request_ids:
            work.request_ids.append(exchange.request_id)
        entry = entry_of(exchange, work=work)
        await self._database.call(partial(api_log.append_step, entry=entry), durable=False)


def entry_of(exchange: Exchange, *, work: Work) -> ApiLogEntry:
    """Return the exchange as a log entry: path and query without the host."""
    parts = urlsplit(exchange.url)
    return ApiLogEntry(
        created_at=exchange.started_at,
        request_id=exchange.request_id,
        method=exchange.method,
        path=f"{parts.path}?{parts.query}" if parts.query else parts.path,
        duration_ms=exchange.duration_ms,
        status=exchange.status,
        job_id=work.job_id,
        order_number=work.order_number,
        request_headers=dict(exchange.request_headers),
        request_body=exchange.request_body,
        response_headers=None
        if exchange.response_headers is None
        else dict(exchange.response_headers),
        response_body=exchange.response_body,
        error=exchange.error,
    )
