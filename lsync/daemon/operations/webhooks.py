"""Received webhooks: searching, showing and replaying them; the meter of those that never came."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from lsync.core.control import messages as m
from lsync.core.domain import gap_meter
from lsync.core.domain.gap_meter import Arrival
from lsync.core.domain.records import WebhookRecord, WebhookStatus
from lsync.core.store import subscriptions, webhooks
from lsync.core.store.database import Transaction
from lsync.core.store.webhooks import MOST, WebhookFilter
from lsync.core.sync.gaps import changes_since, expected_types
from lsync.core.sync.hints import read_hint, repeat_webhooks, same_as
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import bad_input, not_found
from lsync.daemon.presenting.webhooks import webhook_detail, webhook_event

HOURS = 24
LOOKED_INTO = (WebhookStatus.PROCESSED, WebhookStatus.FAILED)
"""What a replay of a time looks into again: nothing follows from the others."""


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

    Those that were ignored are looked into only if they are named and something can follow.

    Raises:
        ControlError: 422 when nothing was named, or ids beside a filter.
    """
    _check_which(request)
    async with application.database.read() as tx:
        named = await _sort(tx, request.ids)
        # What comes in from now on is not meant.
        until = request.until or await tx.now()
    if request.ids:
        chunks = (named.again[at : at + MOST] for at in range(0, len(named.again), MOST))
        wanted = [WebhookFilter(ids=chunk) for chunk in chunks]
    else:
        statuses = (WebhookStatus.FAILED,) if request.failed else LOOKED_INTO
        wanted = [WebhookFilter(statuses=statuses, since=request.since, until=until)]
    ids = [webhook_id for which in wanted for webhook_id in await _repeat(application, which)]
    return m.WebhookReplay(
        replayed=len(ids),
        ids=tuple(ids)[:MOST],
        unknown=named.unknown,
        refused=named.refused,
    )


def _check_which(request: m.WebhookReplayRequest) -> None:
    filters = request.failed or request.since or request.until
    if not (request.ids or filters):
        raise bad_input(
            "No webhook was named.",
            why="A replay needs ids, --failed or a time.",
            next_step="`lsync webhook events` shows the ids.",
        )
    if request.ids and filters:
        raise bad_input(
            "It is not clear which webhooks are meant.",
            why="Ids were given, and --failed or a time as well.",
            next_step="Give the one or the other; nothing was looked into.",
        )


async def _repeat(application: Application, which: WebhookFilter) -> list[int]:
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
            return done


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """Webhooks that were named: those to look into again, and the others with the reason."""

    again: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()
    refused: tuple[str, ...] = ()


async def _sort(tx: Transaction, ids: tuple[int, ...]) -> _Named:
    found: dict[int, WebhookRecord] = {}
    for start in range(0, len(ids), MOST):
        which = WebhookFilter(ids=ids[start : start + MOST])
        found |= {each.id or 0: each for each in await webhooks.listing(tx, which, limit=MOST)}
    reasons = {each: await _hindrance(tx, found[each]) for each in sorted(found)}
    return _Named(
        again=tuple(each for each, reason in reasons.items() if not reason),
        unknown=tuple(sorted({*ids} - {*found})),
        refused=tuple(f"Webhook {each}: {reason}" for each, reason in reasons.items() if reason),
    )


async def _hindrance(tx: Transaction, record: WebhookRecord) -> str:
    """Why nothing can follow from looking into a webhook again; empty if something can."""
    if record.status is WebhookStatus.RECEIVED:
        return "It still waits to be looked into for the first time."
    if record.status is not WebhookStatus.IGNORED:
        return ""
    original = await webhooks.originals(tx, [record])
    if original:
        return same_as(original[record.id or 0])
    whole = await webhooks.find(tx, record.id or 0)
    return "" if whole is None else (await read_hint(whole)).reason


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
