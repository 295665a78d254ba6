"""What the dashboard knows: a plain store that events are applied to. No I/O, no screen."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from lsync.core.control.messages import (
    ApiCall,
    ErrorMessage,
    Event,
    Hello,
    JobMessage,
    LogEntry,
    OrderSummary,
    StatusMessage,
    WebhookEvent,
)
from lsync.core.domain.order import WAITING_FOR_GOODS, OrderState, SyncState
from lsync.tui.listing import Listing
from lsync.tui.view.frame import LinkState

Numbered = JobMessage | LogEntry | WebhookEvent | ApiCall
NEEDS_A_PERSON = frozenset({SyncState.FAILED, SyncState.DRIFTED})


class Subject(StrEnum):
    """What part of the model changed."""

    FRAME = "frame"
    """Only header, banner or countdown, because time has passed."""
    LINK = "link"
    STATUS = "status"
    ORDERS = "orders"
    JOBS = "jobs"
    LOG = "log"
    WEBHOOKS = "webhooks"
    API = "api"
    SETTINGS = "settings"


NUMBERED_EVENTS: dict[str, tuple[Subject, type[Numbered]]] = {
    "job": (Subject.JOBS, JobMessage),
    "log": (Subject.LOG, LogEntry),
    "webhook": (Subject.WEBHOOKS, WebhookEvent),
    "api": (Subject.API, ApiCall),
}
"""Events that carry one row of a list that is ordered by id."""
NUMBERED = tuple(subject for subject, _ in NUMBERED_EVENTS.values())


@dataclass(frozen=True, slots=True)
class Touch:
    """A change: its subject and, when it concerns one row, that row's key."""

    subject: Subject
    key: Hashable = None


EVERYTHING = frozenset(Touch(subject) for subject in Subject)


@dataclass(slots=True)
class LinkView:
    """How the dashboard and the daemon stand to each other, and why when they do not."""

    state: LinkState = LinkState.CONNECTING
    error: ErrorMessage | None = None
    data_at: datetime | None = None
    retry_at: datetime | None = None

    @property
    def live(self) -> bool:
        """Whether what is shown is true now, so that acting on it is allowed."""
        return self.state is LinkState.LIVE


def _lists() -> dict[Subject, Listing[Any]]:
    """The lists, none of them read yet. Orders and settings do not tell where they belong."""
    return {
        Subject.ORDERS: Listing(key=lambda order: order.order_number),
        Subject.SETTINGS: Listing(key=lambda setting: setting.key),
        **{subject: newest_first() for subject in NUMBERED},
    }


def newest_first() -> Listing[Any]:
    """A list of rows that have a growing ``id``, newest first."""
    return Listing(key=lambda row: row.id, order=lambda row: -row.id)


@dataclass(slots=True)
class Model:
    """Everything the screens show, except the details, which belong to the screen that asked."""

    link: LinkView = field(default_factory=LinkView)
    hello: Hello | None = None
    status: StatusMessage | None = None
    lists: dict[Subject, Listing[Any]] = field(default_factory=_lists)

    def connected(self, hello: Hello, status: StatusMessage, *, now: datetime) -> frozenset[Touch]:
        """The daemon answers: its snapshot is taken, every list must be read anew."""
        self.link = LinkView(state=LinkState.LIVE, data_at=now)
        self.hello, self.status = hello, status
        return self.resync()

    def lost(self, error: ErrorMessage, *, retry_at: datetime) -> frozenset[Touch]:
        """The daemon does not answer: what is shown is old from the last answer on."""
        self.link = LinkView(
            state=LinkState.LOST,
            error=error,
            data_at=self.link.data_at,
            retry_at=retry_at,
        )
        return frozenset({Touch(Subject.LINK)})

    def resync(self) -> frozenset[Touch]:
        """Nothing read so far can be trusted."""
        for listing in self.lists.values():
            listing.stale = True
        return EVERYTHING

    def take_status(self, status: StatusMessage, *, now: datetime) -> frozenset[Touch]:
        """A new snapshot of the whole."""
        self.status = status
        self.link.data_at = now
        return frozenset({Touch(Subject.STATUS)})

    def apply(self, event: Event, *, now: datetime) -> frozenset[Touch]:
        """Take over one event and say what it changed; one that cannot be read means resync."""
        self.link.data_at = now
        try:
            return self._apply(event, now=now)
        except ValidationError:
            return self.resync()

    def _apply(self, event: Event, *, now: datetime) -> frozenset[Touch]:
        match event.kind:
            case "status":
                return self.take_status(StatusMessage.model_validate(event.data), now=now)
            case "order":
                return self._put_order(OrderSummary.model_validate(event.data))
            case "resync":
                return self.resync()
            case kind:
                return self._put_row(*NUMBERED_EVENTS[kind], event.data)

    def _put_row(
        self, subject: Subject, message: type[Numbered], data: dict[str, Any] | None
    ) -> frozenset[Touch]:
        row = message.model_validate(data)
        self.lists[subject].put(row)
        return frozenset({Touch(subject, row.id)})

    def _put_order(self, order: OrderSummary) -> frozenset[Touch]:
        self.lists[Subject.ORDERS].put(order)
        touched = {Touch(Subject.ORDERS, order.order_number)}
        if self.status is not None:
            status = _bring_up_to_date(self.status, order)
            if status != self.status:
                self.status = status
                touched.add(Touch(Subject.STATUS))
        return frozenset(touched)


def _bring_up_to_date(status: StatusMessage, order: OrderSummary) -> StatusMessage:
    """Return the status with the orders that wait for a person as ``order`` is now.

    That one has become overdue only the daemon's next status tells.
    """
    numbers = {each.order_number for each in status.overdue_orders}
    awaited = order.state in WAITING_FOR_GOODS and order.order_number in numbers
    waiting = {
        "failed_orders": _with(
            status.failed_orders, order, wanted=order.sync_state is SyncState.FAILED
        ),
        "drifted_orders": _with(
            status.drifted_orders, order, wanted=order.sync_state is SyncState.DRIFTED
        ),
        "overdue_orders": _with(status.overdue_orders, order, wanted=awaited),
        "unsent_orders": _with(
            status.unsent_orders,
            order,
            wanted=(order.state, order.sync_state) == (OrderState.APPROVED, SyncState.SYNCED),
        ),
    }
    return status.model_copy(update=waiting)


def _with(
    waiting: tuple[OrderSummary, ...], order: OrderSummary, *, wanted: bool
) -> tuple[OrderSummary, ...]:
    others = tuple(each for each in waiting if each.order_number != order.order_number)
    return (*others, order) if wanted else others
