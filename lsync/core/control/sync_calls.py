"""The client's methods for syncing orders: plan, sync, diff, repair, prove, history."""

from __future__ import annotations

from datetime import datetime

from lsync.core.control import messages as m
from lsync.core.control.expecting import many, one, order_path
from lsync.core.control.link import Link

LIGHTSPEED_SECONDS = 180.0
"""For what is read from Lightspeed while the caller waits."""


class SyncCalls:
    """One typed method for each route about syncing. Raises as ``ControlClient`` says."""

    _link: Link

    async def plan(self, order_number: str) -> m.PlanMessage:
        """What a sync of the order would do; writes nothing."""
        return await self._link.get(f"{order_path(order_number)}/plan", one(m.PlanMessage))

    async def sync_pending(
        self, limit: int | None = None, *, after: str | None = None, failed: bool = False
    ) -> tuple[m.SyncAccepted, ...]:
        """Queue one batch of approved orders that have no consignment, oldest first.

        ``after`` is the last order number of the batch before. ``failed`` takes orders whose
        sync failed, too.
        """
        body = m.PendingRequest(limit=limit, after=after, failed=failed)
        return await self._link.post("/v1/purchase-orders/pending", many(m.SyncAccepted), body=body)

    async def sync(
        self,
        order_number: str,
        *,
        priority: str = "high",
        retry: bool = False,
        look: bool = False,
        send: bool = False,
        plan: str | None = None,
    ) -> m.SyncAccepted:
        """Queue a sync of one order.

        ``look`` only looks for an uncertain create; ``send`` marks the consignment sent although
        the settings hold it back; ``plan`` is the hash of the plan that must still hold.
        """
        body = m.SyncRequest(priority=priority, retry=retry, look=look, send=send, plan=plan)
        return await self._link.post(
            f"{order_path(order_number)}/sync", one(m.SyncAccepted), body=body
        )

    async def diff(self, order_number: str) -> m.OrderDiff:
        """The order beside what Lightspeed has of it now; costs about four calls."""
        return await self._link.get(
            f"{order_path(order_number)}/diff", one(m.OrderDiff), read_seconds=LIGHTSPEED_SECONDS
        )

    async def plan_repair(self, order_number: str) -> m.RepairPlan:
        """What would make Lightspeed equal to the order; reads, but writes nothing."""
        return await self._link.get(
            f"{order_path(order_number)}/repair",
            one(m.RepairPlan),
            read_seconds=LIGHTSPEED_SECONDS,
        )

    async def repair(self, order_number: str, *, plan_hash: str) -> m.SyncAccepted:
        """Queue the repair that was planned."""
        return await self._link.post(
            f"{order_path(order_number)}/repair",
            one(m.SyncAccepted),
            body=m.RepairRequest(plan_hash=plan_hash),
        )

    async def prove(self, order_number: str) -> m.OrderProof:
        """The chain that shows the order has exactly one consignment; reads Lightspeed."""
        return await self._link.get(
            f"{order_path(order_number)}/proof", one(m.OrderProof), read_seconds=LIGHTSPEED_SECONDS
        )

    async def history(self, order_number: str, *, at: datetime | None = None) -> m.OrderHistory:
        """Everything that happened to the order; with ``at`` up to then, and how it stood."""
        return await self._link.get(
            f"{order_path(order_number)}/history",
            one(m.OrderHistory),
            query={"at": at and at.isoformat()},
        )

    async def note(self, order_number: str, text: str, *, taken: bool = False) -> m.LogEntry:
        """Write a note on the order for the people who look after it; answers the log entry."""
        return await self._link.post(
            f"{order_path(order_number)}/note",
            one(m.LogEntry),
            body=m.NoteRequest(text=text, taken=taken),
        )
