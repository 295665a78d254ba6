"""The handlers of every job type, for the worker. What they do is in the modules they call."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from lsync.core.domain.job import Job
from lsync.core.domain.outcome import Cancelled, Dead, Done, Outcome, Snooze
from lsync.core.lightspeed import Unauthorized
from lsync.core.queue import Handler, JobContext
from lsync.core.store import orders
from lsync.core.sync import access
from lsync.core.sync.access import POLL, PROBE, REFRESH
from lsync.core.sync.adjusting import ADJUST
from lsync.core.sync.adjustment_push import post_adjustments
from lsync.core.sync.aftermath import settle
from lsync.core.sync.agreement import is_agreed, write_agreement
from lsync.core.sync.attribution import working
from lsync.core.sync.catalogue import refresh_catalogue
from lsync.core.sync.cost_push import COST, push_cost
from lsync.core.sync.engine import Engine
from lsync.core.sync.hints import WEBHOOK, process_webhooks
from lsync.core.sync.planning import plan_order
from lsync.core.sync.poll import poll_consignments
from lsync.core.sync.price_queueing import PRICE
from lsync.core.sync.pricing import update_price
from lsync.core.sync.pull import pull_consignment, pull_order
from lsync.core.sync.pull_queueing import PULL
from lsync.core.sync.push import push_order
from lsync.core.sync.push_queueing import PUSH, Wish
from lsync.core.sync.receipt_push import push_receipts
from lsync.core.sync.receiving import RECEIPT
from lsync.core.sync.reconciling import RECONCILE, SWEEP, reconcile, sweep
from lsync.core.sync.repairing import REPAIR, repair_order
from lsync.core.sync.stock import STOCK, refresh_stock
from lsync.core.sync.translate import translate

Work = Callable[[Engine, JobContext], Awaitable[Outcome]]

BROKEN_OFF = Cancelled(
    reason="cancelled on request and broken off in the middle of a call; whether that took effect "
    "is looked up before anything is written again"
)


def handlers(engine: Engine) -> Mapping[str, Handler]:
    """Return the handler of each job type lsync has."""
    return {kind: partial(_handle, engine, work) for kind, work in _WORKS.items()}


async def _handle(engine: Engine, work: Work, context: JobContext) -> Outcome:
    """Run one job; what it raises becomes its outcome here."""
    job = context.job
    with working(job_id=job.id, order_number=_text(job, "order_number")):
        try:
            outcome = await work(engine, context)
        except asyncio.CancelledError:
            if context.cancelled.is_set() and context.holds_lease:
                await settle(engine, job, BROKEN_OFF, failed=True)
            raise
        except Exception as error:  # noqa: BLE001 - translate knows what each one means
            outcome = translate(error, now=engine.clock())
            if isinstance(error, Unauthorized):
                await access.pause_for_token(engine, reason=str(error))
            await settle(engine, job, outcome, failed=True)
            return outcome
        await settle(engine, job, outcome, failed=False)
        return outcome


async def _push(engine: Engine, context: JobContext) -> Outcome:
    number = _text(context.job, "order_number")
    if number is None:
        return _incomplete(context.job)
    payload = context.job.payload
    if not await _plan_holds(engine, context.job, number):
        return Cancelled(reason="the order changed since the plan; nothing was done")
    return await push_order(
        engine,
        number,
        job_id=context.job.id,
        look_only=payload.get(Wish.LOOK) is True,
        send=payload.get(Wish.SEND) is True,
        interrupted=partial(_interruption, engine, context),
        holds_lease=lambda: context.holds_lease,
    )


async def _plan_holds(engine: Engine, job: Job, number: str) -> bool:
    """Whether the plan a person agreed to, if any, is still what would be done."""
    plan = _text(job, "plan")
    if plan is None or await is_agreed(engine.database, job_id=job.id):
        return True
    planned = await plan_order(engine.database, number, rules=engine.rules)
    if planned is None or planned.state_hash != plan:
        return False
    async with engine.database.read() as tx:
        order = await orders.find(tx, number)
    if order is not None:
        await write_agreement(engine, order, operation="push", plan=plan)
    return True


async def _repair(engine: Engine, context: JobContext) -> Outcome:
    number = _text(context.job, "order_number")
    if number is None:
        return _incomplete(context.job)
    return await repair_order(
        engine,
        number,
        expected=_text(context.job, "expected"),
        job_id=context.job.id,
        interrupted=partial(_interruption, engine, context),
        holds_lease=lambda: context.holds_lease,
    )


def _interruption(engine: Engine, context: JobContext) -> Outcome | None:
    """Asked between the steps of a push, before each write."""
    if context.cancelled.is_set():
        return Cancelled()
    if context.stopping.is_set():
        return Snooze(until=engine.clock(), reason="the daemon is stopping")
    if not context.holds_lease:
        return Snooze(until=engine.clock(), reason="the lease of this job has run out")
    return None


async def _pull(engine: Engine, context: JobContext) -> Outcome:
    job = context.job
    number, consignment_id = _text(job, "order_number"), _text(job, "consignment_id")
    if consignment_id is not None:
        version = job.payload.get("version")
        return await pull_consignment(
            engine,
            consignment_id,
            order_number=number,
            version=version if isinstance(version, int) else None,
            job_id=job.id,
        )
    if number is not None:
        return await pull_order(engine, number, job_id=job.id)
    return _incomplete(job)


async def _poll(engine: Engine, context: JobContext) -> Outcome:
    return await poll_consignments(engine, job_id=context.job.id)


async def _refresh(engine: Engine, context: JobContext) -> Outcome:  # noqa: ARG001 - as every handler
    brought = await refresh_catalogue(engine)
    return Done(
        result={
            "products": brought.products,
            "suppliers": brought.suppliers,
            "outlets": brought.outlets,
        }
    )


async def _webhook(engine: Engine, context: JobContext) -> Outcome:  # noqa: ARG001 - as every handler
    return await process_webhooks(engine)


async def _stock(engine: Engine, context: JobContext) -> Outcome:
    return await refresh_stock(engine, _text(context.job, "product_id"))


async def _probe(engine: Engine, context: JobContext) -> Outcome:
    return await access.probe(engine, job_id=context.job.id)


async def _reconcile(engine: Engine, context: JobContext) -> Outcome:  # noqa: ARG001 - as every handler
    return await reconcile(engine)


async def _sweep(engine: Engine, context: JobContext) -> Outcome:
    return await sweep(engine, job_id=context.job.id)


async def _receipt(engine: Engine, context: JobContext) -> Outcome:
    number = _text(context.job, "order_number")
    if number is None:
        return _incomplete(context.job)
    return await push_receipts(engine, number, job_id=context.job.id)


async def _adjust(engine: Engine, context: JobContext) -> Outcome:
    return await post_adjustments(engine, job_id=context.job.id)


async def _cost(engine: Engine, context: JobContext) -> Outcome:
    job = context.job
    number, line_no = _text(job, "order_number"), job.payload.get("line_no")
    if number is None or not isinstance(line_no, int):
        return _incomplete(job)
    return await push_cost(engine, number, line_no=line_no, job_id=job.id)


async def _price(engine: Engine, context: JobContext) -> Outcome:
    job = context.job
    product_id, supplier_id = _text(job, "product_id"), _text(job, "supplier_id")
    if product_id is None or supplier_id is None:
        return _incomplete(job)
    number = _text(job, "order_number")
    return await update_price(engine, product_id, supplier_id=supplier_id, order_number=number)


def _text(job: Job, key: str) -> str | None:
    value = job.payload.get(key)
    return value if isinstance(value, str) and value else None


def _incomplete(job: Job) -> Dead:
    return Dead(
        error=f"the payload of this {job.type} job does not say what to do",
        error_class="BadPayload",
    )


_WORKS: Mapping[str, Work] = {
    PUSH: _push,
    PULL: _pull,
    POLL: _poll,
    REFRESH: _refresh,
    WEBHOOK: _webhook,
    STOCK: _stock,
    PROBE: _probe,
    RECONCILE: _reconcile,
    SWEEP: _sweep,
    PRICE: _price,
    RECEIPT: _receipt,
    COST: _cost,
    ADJUST: _adjust,
    REPAIR: _repair,
}
JOB_TYPES = tuple(_WORKS)
"""Every type of job that lsync has."""
