"""The state of the whole: queue statistics, the overview, settings."""

from lsync.core.control import messages as m
from lsync.core.domain.adjustment import AdjustmentState
from lsync.core.domain.decision import DecisionState
from lsync.core.domain.order import WAITING_FOR_GOODS, OrderState, SyncState
from lsync.core.queue import stats
from lsync.core.settings import show
from lsync.core.store import adjustments, api_log, decisions, orders, source_links, sync_log
from lsync.core.store.database import Transaction
from lsync.core.store.decisions import DecisionFilter
from lsync.core.store.orders import OrderFilter
from lsync.core.store.sync_log import LogFilter
from lsync.daemon.application import Application
from lsync.daemon.login_token import has_application
from lsync.daemon.operations import webhooks
from lsync.daemon.presenting import health
from lsync.daemon.presenting.budget import budget_message
from lsync.daemon.presenting.jobs import queue_stats as present_stats
from lsync.daemon.presenting.orders import order_summary
from lsync.daemon.presenting.records import log_entry

RECENT = 10
WAITING = 20
"""Orders of each kind that wait for a person; `po list` has them all."""
ENDS = ("finish", "stop", "blocked", "retreat", "pull", "failed", "cancelled")
"""Steps of the sync log that end a sync."""


async def queue_stats(application: Application) -> m.QueueStats:
    """Counts, durations and throughput of the queue."""
    async with application.database.read() as tx:
        return present_stats(await stats(tx, now=await tx.now()))


async def status(application: Application) -> m.StatusMessage:
    """Everything the overview shows, from one consistent look at the database."""
    budget = budget_message(await application.budget.state())
    async with application.database.read() as tx:
        now = await tx.now()
        queue = present_stats(await stats(tx, now=now))
        by_state, by_sync = await orders.counts(tx)
        meter = await webhooks.meter(tx)
        return m.StatusMessage(
            at=now,
            hello=application.hello(),
            health=await _health(application, tx, queue, meter),
            orders=by_state,
            syncs=by_sync,
            queue=queue,
            budget=budget,
            decisions=await decisions.count(
                tx, matching=DecisionFilter(states=(DecisionState.OPEN,))
            ),
            failed_adjustments=await adjustments.count(tx, states=(AdjustmentState.FAILED,)),
            recent=tuple(
                log_entry(each)
                for each in await sync_log.search(tx, matching=LogFilter(steps=ENDS), limit=RECENT)
            ),
            failed_orders=await _newest(tx, OrderFilter(sync_states=(SyncState.FAILED,))),
            drifted_orders=await _newest(tx, OrderFilter(sync_states=(SyncState.DRIFTED,))),
            overdue_orders=await _newest(
                tx,
                OrderFilter(
                    states=tuple(WAITING_FOR_GOODS),
                    due_before=now.astimezone(application.settings.display.zone).date(),
                ),
            ),
            unsent_orders=await _newest(
                tx, OrderFilter(states=(OrderState.APPROVED,), sync_states=(SyncState.SYNCED,))
            ),
            webhooks=meter,
        )


async def _newest(tx: Transaction, matching: OrderFilter) -> tuple[m.OrderSummary, ...]:
    found = await orders.listing(tx, matching=matching, limit=WAITING)
    return tuple(order_summary(each) for each in found)


async def webhook_meter(application: Application) -> m.WebhookMeter:
    """Webhooks that came and that never came."""
    async with application.database.read() as tx:
        return await webhooks.meter(tx)


async def sync_counts(application: Application) -> dict[str, int]:
    """Orders by sync state."""
    async with application.database.read() as tx:
        return (await orders.counts(tx))[1]


def settings(application: Application) -> list[m.SettingMessage]:
    """Every setting with where it came from, secrets masked."""
    return [
        m.SettingMessage(key=each.key, value=each.value, source=each.source, secret=each.secret)
        for each in show(application.settings)
    ]


async def _health(
    application: Application, tx: Transaction, queue: m.QueueStats, meter: m.WebhookMeter
) -> tuple[m.HealthMessage, ...]:
    calls = await api_log.search(tx, limit=1)
    chosen = application.settings
    source = await _source(application, tx)
    return (
        *((source,) if source is not None else ()),
        health.judge_database(application.database.shown, trouble=application.database.trouble),
        health.judge_workers(queue.workers),
        health.judge_queue(queue.pauses),
        health.judge_lightspeed(
            calls[0] if calls else None,
            by_login=chosen.lightspeed.api_token is None and has_application(chosen),
        ),
        health.judge_webhooks(
            meter,
            has_proof=chosen.lightspeed.webhook_secret is not None
            or chosen.webhooks.url_token is not None,
            allow_unsigned=chosen.webhooks.allow_unsigned,
        ),
    )


async def _source(application: Application, tx: Transaction) -> m.HealthMessage | None:
    """How the orders of a back office's own tables come in; None where it has none."""
    connection = application.source
    if connection is None:
        return None
    layout = connection.source.layout
    return health.judge_source(
        layout.orders_table,
        trouble=connection.trouble,
        refused=await source_links.refused(tx, layout.name, limit=health.NAMED),
        count=await source_links.count_refused(tx, layout.name),
    )
