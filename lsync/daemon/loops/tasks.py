"""Everything the daemon does on its own, by name. Each ends once ``stop`` is set."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial

from lsync import __version__
from lsync.core.domain.job import JobState, Priority
from lsync.core.queue import (
    Ending,
    JobFilter,
    Retention,
    Schedule,
    Worker,
    define_schedules,
    listing,
    retry,
)
from lsync.core.settings import Settings
from lsync.core.store.database import Transaction
from lsync.core.sync.access import POLL, PROBE, REFRESH
from lsync.core.sync.adjusting import ADJUST
from lsync.core.sync.deserted import settle_deserted
from lsync.core.sync.handlers import handlers
from lsync.core.sync.reconciling import RECONCILE, SWEEP
from lsync.core.sync.stock import STOCK
from lsync.daemon.application import Application
from lsync.daemon.events import INTERVAL_SECONDS, EventHub
from lsync.daemon.loops import neighbours, ordering, publishing, subscribed, watching
from lsync.daemon.loops.keeping import do_once, keep_doing
from lsync.daemon.loops.neighbours import NeighbourWatcher
from lsync.daemon.loops.pruning import RecordPruner
from lsync.daemon.loops.subscribed import SubscriptionWatcher
from lsync.daemon.naming import worker_id

ADJUSTMENTS_EVERY = timedelta(minutes=1)
"""How long an adjustment waits that another program wrote into the table."""
CATALOGUE_EVERY = timedelta(minutes=15)
DESERTED_SECONDS = 30.0
"""How long an order may seem to be synced after its job died with its worker."""
PRUNE_SECONDS = 3600.0

Tasks = dict[str, Coroutine[object, object, object]]


def background_tasks(
    application: Application,
    hub: EventHub,
    *,
    stop: asyncio.Event,
    out_of_memory: Callable[[], None],
) -> Tasks:
    """The daemon's loops, not started; a read-only one only shows.

    ``out_of_memory`` is called when the worker ends because it takes too much.
    """
    publisher = publishing.StatusPublisher(application, hub)
    showing: Tasks = {
        "status": keep_doing(
            publisher.publish, name="status", every_seconds=publishing.EVERY_SECONDS, stop=stop
        ),
        "events": keep_doing(hub.flush, name="events", every_seconds=INTERVAL_SECONDS, stop=stop),
        "neighbours": keep_doing(
            NeighbourWatcher(application, hub).look,
            name="neighbours",
            every_seconds=neighbours.EVERY_SECONDS,
            stop=stop,
        ),
    }
    if application.read_only:
        return showing
    watcher = watching.ApprovalWatcher(application)
    source = application.source
    ordering_tasks: Tasks = {}
    if source is not None:
        ordering_tasks["source"] = keep_doing(
            ordering.SourceWatcher(application, source).look,
            name="source",
            every_seconds=ordering.EVERY_SECONDS,
            stop=stop,
        )
    pruner = RecordPruner(application)
    return {
        **showing,
        **ordering_tasks,
        "worker": _work(application, stop, out_of_memory),
        "watcher": keep_doing(
            watcher.look, name="watcher", every_seconds=watching.EVERY_SECONDS, stop=stop
        ),
        "deserted": keep_doing(
            partial(settle_deserted, application.engine),
            name="deserted",
            every_seconds=DESERTED_SECONDS,
            stop=stop,
        ),
        "pruning": keep_doing(pruner.prune, name="pruning", every_seconds=PRUNE_SECONDS, stop=stop),
        "subscriptions": keep_doing(
            SubscriptionWatcher(application).look,
            name="subscriptions",
            every_seconds=subscribed.EVERY_SECONDS,
            stop=stop,
        ),
    }


def schedules(settings: Settings) -> list[Schedule]:
    """Periodic jobs; of several daemons one queues each run."""
    sync = settings.sync
    return [
        # As urgent as the looks that webhooks ask for: a flood of those must not hold it up.
        Schedule(
            name="poll",
            type=POLL,
            every=timedelta(seconds=sync.poll_seconds),
            priority=Priority.HIGH,
        ),
        Schedule(name="adjustments", type=ADJUST, every=ADJUSTMENTS_EVERY, priority=Priority.LOW),
        Schedule(name="catalogue", type=REFRESH, every=CATALOGUE_EVERY),
        Schedule(name="stock", type=STOCK, every=CATALOGUE_EVERY, priority=Priority.LOW),
        Schedule(
            name="reconcile",
            type=RECONCILE,
            every=timedelta(seconds=sync.reconcile_seconds),
            priority=Priority.LOW,
        ),
        Schedule(
            name="sweep",
            type=SWEEP,
            every=timedelta(seconds=sync.sweep_seconds),
            priority=Priority.LOW,
        ),
    ]


async def _work(
    application: Application, stop: asyncio.Event, out_of_memory: Callable[[], None]
) -> None:
    database, prepare = application.database, partial(_prepare, application.settings)
    if not await do_once(lambda: database.run(prepare, idempotent=True), name="worker", stop=stop):
        return
    ending = await _worker(application).run(stop)
    if ending is Ending.OUT_OF_MEMORY:
        out_of_memory()


async def _prepare(settings: Settings, tx: Transaction) -> None:
    """Bring the schedules up to date; try a refused token now, it may have been corrected."""
    now = await tx.now()
    await define_schedules(tx, schedules(settings), now=now)
    for probe in await listing(tx, JobFilter(type=PROBE, state=JobState.PENDING)):
        await retry(tx, probe.id, now=now)


def _worker(application: Application) -> Worker:
    chosen = application.settings.queue
    return Worker(
        application.database,
        handlers=handlers(application.engine),
        worker_id=worker_id(application.settings),
        version=__version__,
        concurrency=chosen.concurrency,
        delays=chosen.retry_delays,
        worker_sleep=timedelta(seconds=chosen.worker_sleep),
        max_memory_mb=chosen.max_memory_mb,
        retention=Retention(
            jobs=timedelta(days=chosen.keep_days), failed=timedelta(days=chosen.keep_failed_days)
        ),
    )
