"""Received webhooks whole, replaying and testing them, and the meter of those that never came."""

from datetime import datetime

from pydantic import Field

from lsync.core.control.messages.base import Message
from lsync.core.control.messages.records import WebhookEvent


class WebhookDetail(WebhookEvent):
    """``GET /v1/webhooks/events/{id}``: one webhook with its body and headers, secrets removed."""

    processed_at: datetime | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    body: str = ""


class WebhookReplayRequest(Message):
    """``POST /v1/webhooks/replay``: look again into these, or into the failed ones or a time's.

    Either ids or the others must be given; ``failed`` and times narrow each other down.
    """

    ids: tuple[int, ...] = ()
    failed: bool = False
    since: datetime | None = None
    until: datetime | None = None


class WebhookReplay(Message):
    """What is looked into again. ``unknown`` ids were never received or are deleted by now.

    ``refused`` holds a sentence for each that was named and that nothing can follow from.
    """

    replayed: int
    ids: tuple[int, ...] = ()
    """The first thousand of them."""
    unknown: tuple[int, ...] = ()
    refused: tuple[str, ...] = ()


class WebhookDeleteRequest(Message):
    """``POST /v1/webhooks/subscriptions/delete``: subscriptions by id, or ``all`` of ours."""

    ids: tuple[str, ...] = ()
    all: bool = False


class WebhookTestRequest(Message):
    """``POST /v1/webhooks/test``. With ``public`` it goes through ``webhooks.public_url``."""

    type: str = "consignment.receive"
    public: bool = False
    wait_seconds: float = 30.0


class WebhookTestStep(Message):
    """One thing that was tried."""

    name: str
    ok: bool
    message: str
    duration_ms: float | None = None


class WebhookTest(Message):
    """What became of a sample: each step up to the first that failed."""

    ok: bool
    address: str
    type: str
    steps: tuple[WebhookTestStep, ...]
    next_step: str = ""
    event_id: int | None = None
    job_id: int | None = None


class GapHour(Message):
    """How the changes that polling found in the hour from ``start`` on were announced.

    ``late``: more than a minute after polling found the change. ``missing``: not within ten
    minutes. ``awaited``: neither yet.
    """

    start: datetime
    received: int = 0
    late: int = 0
    missing: int = 0
    awaited: int = 0


class WebhookMeter(Message):
    """Webhooks that came and that never came, over the last 24 hours.

    ``expected`` are the types that are compared with polling: those subscribed by us or heard of
    lately. ``inactive`` are types whose subscription of ours is switched off.
    """

    expected: tuple[str, ...] = ()
    inactive: tuple[str, ...] = ()
    received: int = 0
    late: int = 0
    missing: int = 0
    awaited: int = 0
    hours: tuple[GapHour, ...] = ()
    """The newest last."""
    last_received_at: datetime | None = None
