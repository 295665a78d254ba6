"""Recording stock adjustments, and judging each before it may go out. Posting is apart."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lsync.core.domain.adjustment import (
    REASONS,
    Adjustment,
    AdjustmentState,
    StockLimits,
    faults_of,
    over_limits,
    question_of,
    says_the_same,
)
from lsync.core.domain.amount import plain
from lsync.core.domain.catalogue import Product, key
from lsync.core.domain.decision import Decision, DecisionKind, DecisionState
from lsync.core.domain.job import UniqueScope
from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.preflight_lines import resolve_product
from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.domain.sanitise import visible
from lsync.core.store import adjustments, catalogue, decisions, sync_log
from lsync.core.store.database import Transaction
from lsync.core.store.decisions import DecisionConflict
from lsync.core.store.jobs import NewJob, enqueue

ADJUST = "stock.adjust"
S = AdjustmentState


TAKEN = "was recorded already, for something else"


class BadAdjustmentsError(Exception):
    """The adjustments cannot be recorded. ``problems`` say why; nothing was changed."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep every reason."""
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


async def record(
    tx: Transaction, wanted: Sequence[Adjustment], *, by: str, max_attempts: int
) -> list[tuple[Adjustment, bool]]:
    """Write adjustments down, all or none, and queue posting them.

    Returns each with whether it is new: the same name with the same content counts once.

    Raises:
        BadAdjustmentsError: one is impossible, or its name was used for another one.
    """
    problems = [f"{visible(it.name)}: {why}" for it in wanted for why in faults_of(it)]
    known = await adjustments.named(tx, [it.name for it in wanted])
    problems += [f"{visible(it.name)} {TAKEN}" for it in wanted if _contradicts(known, it)]
    if problems:
        raise BadAdjustmentsError(problems)
    now = await tx.now()
    done = []
    for each in wanted:
        fresh = each.name not in known
        stored = known.get(each.name)
        if stored is None:
            stored = await adjustments.add(tx, replace(each, recorded_at=now, recorded_by=by))
        done.append((stored, fresh))
    if any(fresh for _, fresh in done):
        await queue_adjustments(tx, max_attempts=max_attempts)
    return done


async def names_taken(tx: Transaction, wanted: Sequence[Adjustment]) -> frozenset[str]:
    """Return the names under which something else was recorded already."""
    known = await adjustments.named(tx, [it.name for it in wanted])
    return frozenset(it.name for it in wanted if _contradicts(known, it))


def _contradicts(known: Mapping[str, Adjustment], wanted: Adjustment) -> bool:
    stored = known.get(wanted.name)
    return stored is not None and not says_the_same(stored, wanted)


async def queue_adjustments(tx: Transaction, *, max_attempts: int) -> int:
    """Queue the job that posts what is ready; one at a time over all daemons."""
    job = NewJob(
        type=ADJUST,
        max_attempts=max_attempts,
        unique_key=ADJUST,
        unique_scope=UniqueScope.PENDING,
        concurrency_key=ADJUST,
    )
    return (await enqueue(tx, job, now=await tx.now())).job_id


async def judge(
    tx: Transaction, adjustment: Adjustment, *, limits: StockLimits, reasons: dict[str, str]
) -> Adjustment:
    """Resolve what a recorded adjustment names; ask a person, or make it ready, or fail it.

    ``reasons`` are the shop's own reasons, ids by ``key(name)``.
    """
    now = await tx.now()
    product, outlet_id, problems = await _resolve(tx, adjustment)
    reason = adjustment.reason.strip().upper()
    if reason not in REASONS:
        reason = f"CUSTOM:{reasons.get(key(adjustment.reason), '')}"
        if reason == "CUSTOM:":
            problems.append(f"the shop has no reason {visible(adjustment.reason)}")
    if problems or product is None:
        error = "; ".join(problems)
        await _log(tx, adjustment, "failed", f"not posted: {error}", status=LogStatus.FAILED)
        return await adjustments.move(tx, adjustment, S.FAILED, now=now, error=error)
    resolved = {"product_id": product.id, "outlet_id": outlet_id, "reason": reason, "error": None}
    why = over_limits(adjustment, product, limits=limits)
    if why is None:
        return await adjustments.move(tx, adjustment, S.READY, now=now, **resolved)
    await decisions.add(
        tx,
        Decision(
            kind=DecisionKind.STOCK,
            question=question_of(adjustment, why=why),
            consequence=f"the stock changes by {plain(adjustment.quantity)}",
            ground=f"stock:{adjustment.id}",
            raised_at=now,
            ours=adjustment.quantity,
            product_id=product.id,
            source=f"adjustment {visible(adjustment.name)}"[:190],
            detail={"adjustment_id": adjustment.id or 0},
        ),
    )
    return await adjustments.move(tx, adjustment, S.WAITING, now=now, **resolved)


async def _resolve(
    tx: Transaction, adjustment: Adjustment
) -> tuple[Product | None, str | None, list[str]]:
    problems = faults_of(adjustment)
    outlet = await catalogue.find_outlet(tx, adjustment.outlet)
    if outlet is None:
        problems.append(f"Lightspeed has no one outlet {visible(adjustment.outlet)}")
    line = OrderLine(
        line_no=1,
        quantity=adjustment.quantity,
        sku=adjustment.sku,
        product_id=adjustment.product_id,
    )
    asked = PurchaseOrder(order_number="", supplier="", outlet=adjustment.outlet, lines=(line,))
    product, problem = resolve_product(line, await catalogue.facts_for(tx, [asked]))
    if product is None:
        problems.append(problem.message if problem else f"{adjustment.label} is not known")
    elif product.deleted or product.composite:
        problems.append(f"{adjustment.label} is {'deleted' if product.deleted else 'a composite'}")
    return product, outlet.id if outlet else None, problems


async def answer(tx: Transaction, decision: Decision, *, max_attempts: int) -> None:
    """Carry a person's answer about an adjustment out.

    Raises:
        DecisionConflict: the adjustment does not wait any more.
    """
    found = decision.detail.get("adjustment_id")
    adjustment = await adjustments.find(tx, found) if isinstance(found, int) else None
    accepted = decision.state is DecisionState.ACCEPTED
    if adjustment is None or adjustment.state not in {S.WAITING, S.REJECTED}:
        raise DecisionConflict(decision, why="The adjustment does not wait any more.")
    state = S.READY if accepted else S.REJECTED
    if state is not adjustment.state:
        await adjustments.move(tx, adjustment, state, now=await tx.now())
    if accepted:
        await queue_adjustments(tx, max_attempts=max_attempts)
    told = f"{decision.state} by {decision.decided_by}"
    await _log(tx, adjustment, str(decision.state), told, status=LogStatus.INFO)


async def _log(
    tx: Transaction, adjustment: Adjustment, step: str, told: str, *, status: LogStatus
) -> None:
    entry = SyncLogEntry(
        created_at=await tx.now(),
        operation="stock",
        step=step,
        status=status,
        message=f"{visible(adjustment.name)}: {told}",
    )
    await sync_log.append(tx, entry)
