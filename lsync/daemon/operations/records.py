"""Reading the sync log and the API log."""

from datetime import datetime

from lsync.core.control import messages as m
from lsync.core.domain.records import ApiLogEntry, LogStatus, SyncLogEntry
from lsync.core.store import api_log, sync_log
from lsync.core.store.api_log import ApiLogFilter
from lsync.core.store.database import Transaction
from lsync.core.store.sync_log import LogFilter
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import not_found
from lsync.daemon.presenting import records as present

MOST_CALLS = 50
"""Exchanges shown with one log entry."""


async def search_log(
    application: Application,
    *,
    text: str | None = None,
    order: str | None = None,
    statuses: tuple[LogStatus, ...] = (),
    operations: tuple[str, ...] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 100,
    after: int | None = None,
    before: int | None = None,
) -> list[m.LogEntry]:
    """Entries of the sync log that match, newest first."""
    matching = LogFilter(
        text=text, order=order, statuses=statuses, operations=operations, since=since, until=until
    )
    async with application.database.read() as tx:
        found = await sync_log.search(
            tx, matching=matching, limit=limit, after=after, before=before
        )
    return [present.log_entry(each) for each in found]


async def find_log_entry(application: Application, entry_id: int) -> m.LogEntry:
    """One entry of the sync log, with its HTTP exchanges as far as they are still kept.

    Raises:
        ControlError: 404.
    """
    async with application.database.read() as tx:
        found = await sync_log.find(tx, entry_id)
        if found is None:
            raise not_found(f"log entry {entry_id}", next_step="See `lsync log` for what there is.")
        calls = await _calls_of(tx, found)
    shown = present.log_entry(found)
    return shown.model_copy(update={"calls": tuple(present.api_call(each) for each in calls)})


async def _calls_of(tx: Transaction, entry: SyncLogEntry) -> list[ApiLogEntry]:
    """The exchanges that the entry names in its detail, oldest first, with headers and bodies."""
    named = (entry.detail or {}).get("requests")
    wanted = [each for each in named if isinstance(each, str)] if isinstance(named, list) else []
    found = []
    for request_id in wanted[:MOST_CALLS]:
        matching = ApiLogFilter(request_id=request_id)
        for call in reversed(await api_log.search(tx, matching=matching, limit=MOST_CALLS)):
            whole = await api_log.find(tx, call.id or 0)
            found += [] if whole is None else [whole]
    return found


async def search_api_calls(
    application: Application,
    *,
    order: str | None = None,
    limit: int = 100,
    before: int | None = None,
) -> list[m.ApiCall]:
    """HTTP exchanges with Lightspeed, newest first, without headers and bodies."""
    async with application.database.read() as tx:
        found = await api_log.search(
            tx, matching=ApiLogFilter(order=order), limit=limit, before=before
        )
    return [present.api_call(each) for each in found]


async def find_api_call(application: Application, call_id: int) -> m.ApiCall:
    """One exchange with headers and bodies.

    Raises:
        ControlError: 404.
    """
    async with application.database.read() as tx:
        found = await api_log.find(tx, call_id)
    if found is None:
        raise not_found(f"API call {call_id}", next_step="Old calls are deleted after a while.")
    return present.api_call(found)
