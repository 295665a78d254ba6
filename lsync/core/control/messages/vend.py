"""The Lightspeed side: call budget, connection test and webhook subscriptions."""

from datetime import datetime

from lsync.core.control.messages.base import Message


class BudgetMessage(Message):
    """Calls left in the current 300-second window, and when a call is free if none are."""

    limit: int
    used: int
    remaining: int
    available_at: datetime | None = None


class VendTest(Message):
    """``POST /v1/vend/test``: the outcome of one cheap call."""

    ok: bool
    message: str
    next_step: str = ""
    base_url: str
    outlets: tuple[str, ...] = ()
    budget: BudgetMessage | None = None
    duration_ms: float | None = None


class WebhookSubscription(Message):
    """A subscription at Lightspeed."""

    id: str
    type: str
    url: str
    active: bool
    ours: bool


class WebhookCreateRequest(Message):
    """``POST /v1/webhooks/subscriptions``. Without types, all seven."""

    url: str | None = None
    types: tuple[str, ...] = ()
    insecure: bool = False
