"""Decides what waits for a person, from what the daemon knows. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from shlex import quote
from typing import TYPE_CHECKING, Any

from lsync.cli.wording import count, listing, quantity
from lsync.core.domain.order import WAITING_FOR_GOODS, OrderState, SyncState
from lsync.core.domain.pausing import OWN_NAME

if TYPE_CHECKING:
    from lsync.core.control.messages import (
        AdjustmentMessage,
        DecisionMessage,
        HealthMessage,
        JobMessage,
        OrderSummary,
        PauseMessage,
        StatusMessage,
    )

TROUBLED = (SyncState.FAILED, SyncState.DRIFTED)
UNAPPROVED = (OrderState.DRAFT, OrderState.PENDING_APPROVAL)
BESIDE_ORDERS = ("price.update", "cost.push", "receipt.push")
"""Job types that concern an order and do not show in its sync state."""
MENDING = {
    "database": "lsync db status",
    "workers": "lsync daemon",
    "lightspeed": "lsync vend test",
    "webhooks": "lsync webhook list",
    "source": "lsync doctor",
}
"""What to run for a failed part of the system."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One thing a person should look at. ``kind`` is stable; ``next_step`` a command to run.

    Order numbers come from files: a shell gets them quoted.
    """

    kind: str
    about: str
    what: str
    next_step: str
    since: datetime | None = None

    def model_dump(self, *, mode: str) -> dict[str, Any]:  # noqa: ARG002 - as the messages have it
        """The matter as JSON-ready values."""
        return {
            "kind": self.kind,
            "about": self.about,
            "what": self.what,
            "next_step": self.next_step,
            "since": self.since and self.since.isoformat(),
        }


def gather(
    status: "StatusMessage",
    *,
    orders: "Iterable[OrderSummary]",
    failed_jobs: "Iterable[JobMessage]",
    decisions: "Iterable[DecisionMessage]" = (),
    adjustments: "Sequence[AdjustmentMessage]" = (),
    today: date,
) -> list[Matter]:
    """Every matter, newest first; those without a time come before all others.

    ``orders`` are those failed, drifted, or waiting for goods, approval or being sent.
    """
    known = {order.order_number: order for order in orders}
    matters = [
        *(_part(part) for part in status.health if part.state == "failed"),
        *_pauses(status.queue.pauses),
        *(matter for order in known.values() if (matter := _order(order, today=today))),
        *(_job(job) for job in failed_jobs if not _shown_by_order(job)),
        *_decisions(decisions),
        *_adjustments(adjustments),
        *_webhooks(status),
        *_held_back([order for order in known.values() if _is_held_back(order)]),
        *_approvals([order for order in known.values() if order.state in UNAPPROVED]),
    ]
    return sorted(
        matters, key=lambda each: (each.since is None, each.since or LONG_AGO), reverse=True
    )


def _order(order: "OrderSummary", *, today: date) -> Matter | None:
    number = order.order_number
    look = f"lsync sync status {quote(number)}"
    if order.sync_state is SyncState.FAILED:
        return _about(order, "failed", _problems(order) or "the sync failed", look)
    if order.sync_state is SyncState.DRIFTED:
        return _about(order, "drifted", _problems(order) or "it differs from Lightspeed", look)
    if order.state in WAITING_FOR_GOODS and order.due_date and order.due_date < today:
        days = count((today - order.due_date).days, "day")
        told = f"{days} overdue; {quantity(order.received)} of {quantity(order.ordered)} received"
        return _about(order, "overdue", told, f"lsync po show {quote(number)}")
    return None


def _about(order: "OrderSummary", kind: str, what: str, next_step: str) -> Matter:
    return Matter(
        kind=kind,
        about=order.order_number,
        what=what,
        next_step=next_step,
        since=order.last_synced_at or order.updated_at,
    )


def _problems(order: "OrderSummary") -> str:
    if not order.problems:
        return ""
    first, more = order.problems[0].message, len(order.problems) - 1
    return first + (f" (and {count(more, 'more problem')})" if more else "")


def _approvals(waiting: "Sequence[OrderSummary]") -> list[Matter]:
    if not waiting:
        return []
    return [
        Matter(
            kind="approval",
            about=listing(order.order_number for order in waiting[:3]) + " …" * (len(waiting) > 3),
            what=f"{count(len(waiting), 'order waits', 'orders wait')} for approval",
            next_step="lsync po approve --all",
            since=max((order.created_at for order in waiting if order.created_at), default=None),
        )
    ]


def _is_held_back(order: "OrderSummary") -> bool:
    """Whether its consignment is whole and nobody has marked it as sent."""
    return order.state is OrderState.APPROVED and order.sync_state is SyncState.SYNCED


def _held_back(whole: "Sequence[OrderSummary]") -> list[Matter]:
    if not whole:
        return []
    one = quote(whole[0].order_number) if len(whole) == 1 else "--all"
    return [
        Matter(
            kind="send",
            about=listing(order.order_number for order in whole[:3]) + " …" * (len(whole) > 3),
            what=f"{count(len(whole), 'order is', 'orders are')} checked at Lightspeed "
            "and not marked as sent",
            next_step=f"lsync sync send {one}",
            since=max((at for order in whole if (at := order.last_synced_at)), default=None),
        )
    ]


def _decisions(waiting: "Iterable[DecisionMessage]") -> list[Matter]:
    """One matter for all questions about one order, or of one kind without an order."""
    about: dict[str, list[DecisionMessage]] = {}
    for each in waiting:
        about.setdefault(each.order_number or each.kind, []).append(each)
    return [_decision(name, together) for name, together in about.items()]


def _decision(name: str, together: "Sequence[DecisionMessage]") -> Matter:
    newest, more = together[0], len(together) - 1
    option = "--order" if newest.order_number else "--kind"
    return Matter(
        kind="decision",
        about=name,
        what=newest.question + (f" (and {count(more, 'more question')})" if more else ""),
        next_step=f"lsync decide list {option} {quote(name)}",
        since=newest.raised_at,
    )


def _shown_by_order(job: "JobMessage") -> bool:
    """Whether the order's own sync state tells of the failure."""
    return "order_number" in job.payload and job.type not in BESIDE_ORDERS


def _adjustments(failed: "Sequence[AdjustmentMessage]") -> list[Matter]:
    """One matter for all stock adjustments that were not posted."""
    if not failed:
        return []
    first, more = failed[0], len(failed) - 1
    told = f"{first.name}: {first.error or 'it was not posted'}"
    return [
        Matter(
            kind="stock",
            about=count(len(failed), "adjustment"),
            what=told + (f" (and {more} more)" if more else ""),
            next_step="lsync stock list --state failed",
            since=first.recorded_at,
        )
    ]


def _webhooks(status: "StatusMessage") -> list[Matter]:
    """Types that Lightspeed no longer sends, and changes of a day that it announced by none.

    Nothing is lost by either, so they are no failure; a failed part of that name says more.
    """
    meter = status.webhooks
    if meter is None or any((it.name, it.state) == ("webhooks", "failed") for it in status.health):
        return []
    found = []
    if meter.inactive:
        found.append(
            Matter(
                kind="webhooks",
                about=listing(meter.inactive),
                what="Lightspeed has switched them off; changes are found by polling only",
                next_step="lsync webhook create",
            )
        )
    if meter.missing:
        changes = meter.missing + meter.late + meter.received
        found.append(
            Matter(
                kind="webhooks",
                about="missing webhooks",
                what=f"{meter.missing} of {changes} webhooks of the last 24 hours never came; "
                "polling found the changes",
                next_step="lsync webhook test --public",
                since=max((hour.start for hour in meter.hours if hour.missing), default=None),
            )
        )
    return found


def _job(job: "JobMessage") -> Matter:
    return Matter(
        kind="job",
        about=f"job {job.id}",
        what=f"{job.type}: {(job.error or 'failed').strip().partition(chr(10))[0]}",
        next_step=f"lsync queue show {job.id}",
        since=job.completed_at,
    )


def _pauses(pauses: "Sequence[PauseMessage]") -> list[Matter]:
    """One matter for all pauses of one reason: they began and end together."""
    by_reason: dict[str, list[PauseMessage]] = {}
    for pause in pauses:
        by_reason.setdefault(pause.reason or f"paused by {pause.paused_by}", []).append(pause)
    return [_pause(reason, together) for reason, together in by_reason.items()]


def _pause(reason: str, together: "Sequence[PauseMessage]") -> Matter:
    own = any(pause.paused_by == OWN_NAME for pause in together)
    named = [pause.type for pause in together if pause.type != "*"]
    resume = f"lsync queue resume {named[0]}".rstrip() if named else "lsync queue resume"
    return Matter(
        kind="paused",
        about=listing(named, none="the whole queue"),
        what=reason,
        next_step="lsync vend test" if own else resume,
        since=min(pause.paused_at for pause in together),
    )


def _part(part: "HealthMessage") -> Matter:
    return Matter(
        kind="health",
        about=part.name,
        what=part.message or "failed",
        next_step=MENDING.get(part.name, "lsync status"),
        since=part.since,
    )
