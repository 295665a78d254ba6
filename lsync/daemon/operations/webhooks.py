"""Received webhooks: searching, showing and replaying them; the meter of those that never came."""

from datetime import timedelta
from functools import partial

from lsync.core.control import messages as m
from lsync.core.domain import gap_meter
from lsync.core.domain.gap_meter import Arrival
from lsync.core.domain.records import WebhookStatus
from lsync.core.store import subscriptions, webhooks
from lsync.core.store.database import Transaction
from lsync.core.store.webhooks import MOST, WebhookFilter
from lsync.core.sync.gaps import changes_since, expected_types
from lsync.core.sync.hints import repeat_webhooks
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import bad_input, not_found
from lsync.daemon.presenting.webhooks import webhook_detail, webhook_event

HOURS = 24


async def list_events(
    application: Application,
    which: WebhookFilter,
    *,
    limit: int = 100,
    before: int | None = None,
) -> list[m.WebhookEvent]:
    """Received webhooks that match, newest first, without bodies."""
    async with application.database.read() as tx:
        found = await webhooks.listing(tx, which, limit=limit, before=before)
    return [webhook_event(each) for each in found]


async def find_event(application: Application, webhook_id: int) -> m.WebhookDetail:
    """One webhook whole.

    Raises:
        ControlError: 404.
    """
    async with application.database.read() as tx:
        found = await webhooks.find(tx, webhook_id)
    if found is None:
        raise not_found(
            f"webhook {webhook_id}",
            next_step="`lsync webhook events` lists them; webhooks.keep_days says how long.",
        )
    return webhook_detail(found)


async def replay(application: Application, request: m.WebhookReplayRequest) -> m.WebhookReplay:
    """Look again into webhooks, a thousand in each transaction, unless they still wait.

    Raises:
        ControlError: 422 when nothing was named.
    """
    if not (request.ids or request.failed or request.since or request.until):
        raise bad_input(
            "No webhook was named.",
            why="A replay needs ids, --failed or a time.",
            next_step="`lsync webhook events` shows the ids.",
        )
    async with application.database.read() as tx:
        unknown = await _unknown(tx, request.ids)
        # What comes in from now on is not meant.
        until = request.until or await tx.now()
    which = WebhookFilter(
        ids=request.ids,
        statuses=(WebhookStatus.FAILED,) if request.failed else (),
        since=request.since,
        until=until,
    )
    done: list[int] = []
    while True:
        work = partial(
            repeat_webhooks,
            which=which,
            after=done[-1] if done else 0,
            max_attempts=application.rules.max_attempts,
        )
        ids = await application.database.run(work)
        done += ids
        if len(ids) < MOST:
            return m.WebhookReplay(replayed=len(done), ids=tuple(done)[:MOST], unknown=unknown)


async def _unknown(tx: Transaction, ids: tuple[int, ...]) -> tuple[int, ...]:
    unknown = set(ids)
    for start in range(0, len(ids), MOST):
        which = WebhookFilter(ids=ids[start : start + MOST])
        unknown -= {each.id for each in await webhooks.listing(tx, which, limit=MOST)}
    return tuple(sorted(unknown))


async def meter(tx: Transaction) -> m.WebhookMeter:
    """How the changes of the last day were announced."""
    now = await tx.now()
    changes = await changes_since(tx, now - timedelta(hours=HOURS))
    counted = gap_meter.totals(changes, now=now)
    listed = await subscriptions.listed(tx)
    return m.WebhookMeter(
        expected=tuple(sorted(await expected_types(tx, now=now))),
        inactive=tuple(
            sorted({each.event_type for each in listed.found if each.ours and not each.active})
        ),
        received=counted[Arrival.RECEIVED],
        late=counted[Arrival.LATE],
        missing=counted[Arrival.MISSING],
        awaited=counted[Arrival.AWAITED],
        hours=tuple(
            m.GapHour(
                start=hour.start,
                received=hour.received,
                late=hour.late,
                missing=hour.missing,
                awaited=hour.awaited,
            )
            for hour in gap_meter.by_hour(changes, now=now, hours=HOURS)
        ),
        last_received_at=await webhooks.last_received(tx),
    )
