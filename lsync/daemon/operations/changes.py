"""What the live stream sends: the rows behind changed keys, each as its message."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel

from lsync.core import queue as jobs
from lsync.core.queue import UnknownJobError
from lsync.core.store import api_log, orders, sync_log, webhooks
from lsync.core.store.database import Transaction
from lsync.core.store.orders import OrderFilter
from lsync.daemon.application import Application
from lsync.daemon.presenting import records as present
from lsync.daemon.presenting.jobs import job_message
from lsync.daemon.presenting.orders import order_summary
from lsync.daemon.presenting.webhooks import webhook_event

Changed = Sequence[tuple[str, str]]
Loaded = tuple[str, dict[str, Any]]


async def load_changes(application: Application, changed: Changed) -> list[Loaded]:
    """Read the changed rows in one look; kinds without a message of their own are left out."""
    loaded: list[tuple[str, BaseModel]] = []
    async with application.database.read() as tx:
        loaded += [("order", each) for each in await _orders(tx, _keys(changed, "order"))]
        loaded += [("job", each) for each in await _jobs(tx, _ids(changed, "job"))]
        loaded += [("log", each) for each in await _log(tx, _ids(changed, "log"))]
        loaded += [("api", each) for each in await _calls(tx, _ids(changed, "api"))]
        loaded += [("webhook", each) for each in await _webhooks(tx, _ids(changed, "webhook"))]
    return [(kind, message.model_dump(mode="json")) for kind, message in loaded]


def _keys(changed: Changed, kind: str) -> list[str]:
    return [key for each, key in changed if each == kind]


def _ids(changed: Changed, kind: str) -> list[int]:
    return sorted(int(key) for key in _keys(changed, kind) if key.isdecimal())


async def _orders(tx: Transaction, numbers: Sequence[str]) -> Iterable[BaseModel]:
    if not numbers:
        return []
    matching = OrderFilter(numbers=tuple(numbers))
    found = await orders.listing(tx, matching=matching, limit=len(numbers))
    return [order_summary(each) for each in found]


async def _jobs(tx: Transaction, ids: Sequence[int]) -> Iterable[BaseModel]:
    found = []
    for job_id in ids:
        try:
            found.append(job_message(await jobs.find(tx, job_id)))
        except UnknownJobError:
            continue
    return found


async def _log(tx: Transaction, ids: Sequence[int]) -> Iterable[BaseModel]:
    """New entries follow each other, so one page holds them."""
    if not ids:
        return []
    page = await sync_log.search(tx, after=ids[0] - 1, limit=len(ids))
    return [present.log_entry(each) for each in reversed(page)]


async def _calls(tx: Transaction, ids: Sequence[int]) -> Iterable[BaseModel]:
    if not ids:
        return []
    page = await api_log.search(tx, before=ids[-1] + 1, limit=len(ids))
    return [present.api_call(each) for each in reversed(page)]


async def _webhooks(tx: Transaction, ids: Sequence[int]) -> Iterable[BaseModel]:
    found = [await webhooks.find(tx, webhook_id) for webhook_id in ids]
    return [webhook_event(each) for each in found if each is not None]
