"""Posts stock adjustments, each exactly once: announced, one attempt, looked for if in doubt."""

from collections.abc import Sequence
from datetime import datetime

from lsync.core.domain.adjustment import (
    REASONS,
    Adjustment,
    AdjustmentState,
    distinct,
    same_effect,
)
from lsync.core.domain.catalogue import key
from lsync.core.domain.outcome import Done, Outcome, Snooze
from lsync.core.domain.records import LogStatus
from lsync.core.domain.sanitise import visible
from lsync.core.lightspeed import NotExecuted, RateLimited, Refused, Unauthorized
from lsync.core.lightspeed.models import StockAdjustment, StockAdjustmentDraft
from lsync.core.store import adjustments, cursors
from lsync.core.store.database import Transaction
from lsync.core.sync.adjusting import judge, queue_adjustments
from lsync.core.sync.attribution import working
from lsync.core.sync.engine import Engine
from lsync.core.sync.journal import Journal
from lsync.core.sync.said import Said

S = AdjustmentState
BATCH = 100
ROUND = 500
PAGE_SIZE = 1000
CURSOR = "stock_adjustments"
CUSTOM = "CUSTOM:"


async def post_adjustments(engine: Engine, *, job_id: int | None = None) -> Outcome:
    """Post what is recorded and ready; resolve first what an earlier run left in doubt."""
    with working(job_id=job_id):
        run = _Run(engine)
        waiting = await run.resolve()
        if waiting is not None:
            return waiting
        await run.judge_recorded()
        return await run.post_ready()


class _Run:
    """One run of the job; there is one at a time over all daemons."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._client = engine.client.scoped(max_wait=engine.rules.budget_wait)
        self._journal = Journal(engine, operation="stock")

    async def resolve(self) -> Outcome | None:
        """Look for what was announced; what is not there after the quiet period may be repeated."""
        doubtful = await self._in_state(S.POSTING)
        if not doubtful:
            return None
        watermark = min(it.watermark or 0 for it in doubtful)
        there = await self._after(watermark)
        now = await self._now()
        since = max(it.uncertain_since or now for it in doubtful)
        may_repeat = now >= since + self._engine.rules.quiet
        left = await self._engine.database.run(
            lambda tx: self._settle(tx, doubtful, there, may_repeat=may_repeat)
        )
        if left and not may_repeat:
            until = since + self._engine.rules.quiet
            return Snooze(until=until, reason="an adjustment without an answer rests")
        return None

    async def judge_recorded(self) -> None:
        """Resolve and judge what is new."""
        recorded = await self._in_state(S.RECORDED)
        own = any(it.reason.strip().upper() not in REASONS for it in recorded)
        reasons: dict[str, str] = {}
        if own:
            found = await self._client.adjustment_reasons.list()
            reasons = {key(it.name): it.id for it in found if it.enabled}
        limits = self._engine.rules.stock_limits
        for each in recorded:

            async def work(tx: Transaction, each: Adjustment = each) -> Adjustment:
                return await judge(tx, each, limits=limits, reasons=reasons)

            await self._engine.database.run(work)

    async def post_ready(self) -> Outcome:
        """Post one call's worth; more is queued again."""
        ready = await self._in_state(S.READY)
        batch = distinct(ready, most=BATCH)
        if not batch:
            return Done(result={"posted": 0})
        watermark = await self._watermark()
        posted = await self._post(batch, watermark)
        if len(posted) < len(batch) or len(ready) > len(batch):
            await self._engine.database.run(
                lambda tx: queue_adjustments(tx, max_attempts=self._engine.rules.max_attempts)
            )
        return Done(result={"posted": len(posted)})

    async def _post(self, batch: Sequence[Adjustment], watermark: int) -> list[Adjustment]:
        announced = await self._engine.database.run(lambda tx: self._announce(tx, batch, watermark))
        self._journal.begin()
        try:
            made = await self._client.stock_adjustments.create([_draft(it) for it in announced])
        except (NotExecuted, RateLimited, Unauthorized):
            await self._engine.database.run(lambda tx: self._take_back(tx, announced))
            raise
        except Refused as refusal:
            reason = visible(str(refusal))
            return await self._refused(announced, watermark, reason=reason)
        # What the answer lists is looked up again: only what can be read back was posted.
        there = {it.id: it for it in await self._after(watermark)}
        seen = [it for it in made if it.id in there]
        left = await self._engine.database.run(
            lambda tx: self._settle(tx, announced, seen, may_repeat=False)
        )
        return [it for it in announced if it.id not in {each.id for each in left}]

    async def _refused(
        self, announced: Sequence[Adjustment], watermark: int, *, reason: str
    ) -> list[Adjustment]:
        """Lightspeed takes all or none: find out which one it does not take."""
        if len(announced) == 1:
            await self._engine.database.run(lambda tx: self._fail(tx, announced[0], reason))
            return list(announced)
        await self._engine.database.run(lambda tx: self._take_back(tx, announced))
        posted: list[Adjustment] = []
        for each in await self._in_state(S.READY):
            if each.id in {it.id for it in announced}:
                posted += await self._post([each], watermark)
        return posted

    async def _in_state(self, state: AdjustmentState) -> list[Adjustment]:
        async with self._engine.database.read() as tx:
            return await adjustments.in_state(tx, state, limit=ROUND)

    async def _now(self) -> datetime:
        async with self._engine.database.read() as tx:
            return await tx.now()

    async def _after(self, version: int) -> list[StockAdjustment]:
        pages = self._client.stock_adjustments.pages(after=version, page_size=PAGE_SIZE)
        return [each async for page in pages for each in page.items]

    async def _watermark(self) -> int:
        """Return the highest version there is; every adjustment made from now on has a higher."""
        async with self._engine.database.read() as tx:
            known = await cursors.get(tx, CURSOR) or 0
        highest = max([known, *(it.version for it in await self._after(known))])
        async with self._engine.database.write() as tx:
            await cursors.advance(tx, CURSOR, value=highest, now=await tx.now())
        return highest

    async def _announce(
        self, tx: Transaction, batch: Sequence[Adjustment], watermark: int
    ) -> list[Adjustment]:
        now = await tx.now()
        return [
            await adjustments.move(
                tx, each, S.POSTING, now=now, watermark=watermark, uncertain_since=now
            )
            for each in batch
        ]

    async def _take_back(self, tx: Transaction, announced: Sequence[Adjustment]) -> None:
        now = await tx.now()
        for each in announced:
            await adjustments.move(tx, each, S.READY, now=now, uncertain_since=None)

    async def _fail(self, tx: Transaction, each: Adjustment, reason: str) -> None:
        now = await tx.now()
        await adjustments.move(tx, each, S.FAILED, now=now, error=reason)
        message = f"{visible(each.name)}: Lightspeed refused it: {reason}"
        await self._journal.write(
            tx, Said(step="failed", message=message, status=LogStatus.FAILED), now=now
        )

    async def _settle(
        self,
        tx: Transaction,
        announced: Sequence[Adjustment],
        there: Sequence[StockAdjustment],
        *,
        may_repeat: bool,
    ) -> list[Adjustment]:
        """Record what is there; return what is not, which is ready again if it ``may_repeat``."""
        now = await tx.now()
        taken = await adjustments.known_ids(tx, [it.id for it in there])
        by_effect = {_effect(it): it for it in reversed(there) if it.id not in taken}
        left = []
        for each in announced:
            found = by_effect.get(same_effect(each))
            if found is not None:
                await adjustments.move(
                    tx, each, S.POSTED, now=now, lightspeed_id=found.id, uncertain_since=None
                )
                message = f"{visible(each.name)}: posted as {visible(found.id)} and read back"
                await self._journal.write(tx, Said(step="posted", message=message), now=now)
                continue
            left.append(each)
            if may_repeat:
                await adjustments.move(tx, each, S.READY, now=now, uncertain_since=None)
        return left


def _draft(each: Adjustment) -> StockAdjustmentDraft:
    custom = each.reason.removeprefix(CUSTOM) if each.reason.startswith(CUSTOM) else None
    return StockAdjustmentDraft(
        product_id=each.product_id or "",
        outlet_id=each.outlet_id or "",
        quantity=each.quantity,
        reason="CUSTOM" if custom else each.reason,
        custom_inventory_adjustment_reason_id=custom,
    )


def _effect(made: StockAdjustment) -> tuple[str | None, str | None, object, str]:
    custom = made.custom_inventory_adjustment_reason_id
    reason = f"{CUSTOM}{custom}" if custom else made.reason
    return (made.product_id, made.outlet_id, made.quantity, reason)
