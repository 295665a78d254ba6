"""The Lightspeed side: call budget, connection test and webhook subscriptions."""

from datetime import datetime
from typing import Literal

from lsync.core.control.messages.base import Message


class BudgetMessage(Message):
    """Calls left in the current 300-second window, and when a call is free if none are."""

    limit: int
    used: int
    remaining: int
    available_at: datetime | None = None


class VendTest(Message):
    """``POST /v1/vend/test``: the outcome of one cheap call.

    ``exit_code`` is what a command ends with: 1 refused, 69 not reached, 75 try later.
    ``tested_by`` says whose settings were used, ``token_source`` where the token came from.
    ``remarks`` are added by the command: where its own settings differ from those tested.
    ``budget`` is None where Lightspeed did not answer: then nothing is known of it.
    """

    ok: bool
    message: str
    next_step: str = ""
    exit_code: int = 0
    base_url: str
    domain_prefix: str | None = None
    token_source: str = ""
    tested_by: Literal["daemon", "in_process"] = "daemon"
    remarks: tuple[str, ...] = ()
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
