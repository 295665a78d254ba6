"""The state of the whole: health, the overview, settings and live events."""

from datetime import datetime
from typing import Any, Literal

from lsync.core.control.messages.base import Hello, Message
from lsync.core.control.messages.jobs import QueueStats
from lsync.core.control.messages.orders import OrderSummary
from lsync.core.control.messages.records import LogEntry
from lsync.core.control.messages.vend import BudgetMessage
from lsync.core.control.messages.webhooks import WebhookMeter


class HealthMessage(Message):
    """One part of the system. ``state`` is ok, warning, failed or unknown."""

    name: str
    state: Literal["ok", "warning", "failed", "unknown"]
    message: str = ""
    since: datetime | None = None


class StatusMessage(Message):
    """``GET /v1/status``: everything the overview shows."""

    at: datetime
    hello: Hello
    health: tuple[HealthMessage, ...]
    orders: dict[str, int]
    """Orders by state."""
    syncs: dict[str, int]
    """Orders by sync state."""
    queue: QueueStats
    budget: BudgetMessage
    recent: tuple[LogEntry, ...] = ()
    """The newest entries that ended a sync, newest first."""
    failed_orders: tuple[OrderSummary, ...] = ()
    """The newest orders whose sync failed; ``syncs`` counts them all."""
    drifted_orders: tuple[OrderSummary, ...] = ()
    """The newest orders that differ from Lightspeed."""
    overdue_orders: tuple[OrderSummary, ...] = ()
    """The newest of those that wait for goods and whose due date has passed."""
    unsent_orders: tuple[OrderSummary, ...] = ()
    """The newest whose lines are checked and that wait to be marked as sent."""
    webhooks: WebhookMeter | None = None
    """Webhooks that came and that never came; an older daemon does not tell."""
    decisions: int = 0
    """Questions that wait for a person."""
    failed_adjustments: int = 0
    """Stock adjustments that were not posted; an older daemon does not tell."""


class SettingMessage(Message):
    """One setting, its value as text (secrets masked) and where it came from."""

    key: str
    value: str
    source: str
    secret: bool = False


class Event(Message):
    """One server-sent event. ``id`` is ``<daemon boot>:<n>``.

    ``kind`` is ``status`` (data: StatusMessage), ``job`` (JobMessage), ``order`` (OrderSummary),
    ``log`` (LogEntry), ``api`` (ApiCall), ``webhook`` (WebhookEvent) or ``resync`` (no data:
    read everything anew).
    """

    id: str
    kind: Literal["status", "job", "order", "log", "api", "webhook", "resync"]
    data: dict[str, Any] | None = None
