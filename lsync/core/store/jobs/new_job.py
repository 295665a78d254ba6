"""A job before it is stored, and the rules it keeps."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lsync.core.domain.explain import sentence
from lsync.core.domain.job import Priority, UniqueScope
from lsync.core.store.jobs.errors import BadJobError

TYPE_LENGTH = 64
KEY_LENGTH = 190
PAYLOAD_BYTES = 1_000_000
DEFAULT_MAX_ATTEMPTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """Work to be queued.

    Without ``available_at`` it may run at once. While a job with the same ``unique_key`` is in
    the states of ``unique_scope``, no second one is added. Of the jobs with one
    ``concurrency_key`` at most ``concurrency_limit`` run at a time, over all daemons. It waits
    until every job in ``after`` is completed, and fails when one of them fails or is cancelled.
    A run longer than ``timeout`` counts as a failed attempt.

    Raises:
        BadJobError: a value breaks its rule.
    """

    type: str
    payload: dict[str, object] = field(default_factory=dict)
    priority: Priority = Priority.NORMAL
    max_attempts: int = DEFAULT_MAX_ATTEMPTS
    available_at: datetime | None = None
    unique_key: str | None = None
    unique_scope: UniqueScope = UniqueScope.PENDING
    concurrency_key: str | None = None
    concurrency_limit: int = 1
    after: tuple[int, ...] = ()
    timeout: timedelta | None = None

    def __post_init__(self) -> None:
        """Check what the database would otherwise cut off or refuse without a reason."""
        _require(0 < len(self.type) <= TYPE_LENGTH, f"a type has 1 to {TYPE_LENGTH} characters")
        for key in (self.unique_key, self.concurrency_key):
            _require(
                key is None or 0 < len(key) <= KEY_LENGTH, f"a key has 1 to {KEY_LENGTH} characters"
            )
        _require(self.max_attempts >= 1, "at least one attempt is needed")
        _require(self.concurrency_limit >= 1, "the limit of a concurrency key is at least 1")
        _require(
            self.timeout is None or self.timeout > timedelta(0), "a timeout is longer than zero"
        )
        _require(
            self.available_at is None or self.available_at.tzinfo is not None,
            "available_at needs a time zone",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueued:
    """What became of a new job: its id, or that of the first one with the same unique key."""

    job_id: int
    created: bool


def encode_payload(payload: dict[str, object]) -> str:
    """Return ``payload`` as JSON.

    Raises:
        BadJobError: it holds something that JSON or UTF-8 cannot, or is larger than 1 MB.
    """
    try:
        encoded = json.dumps(payload, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        size = len(encoded.encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise _bad(f"the payload is not plain JSON ({type(error).__name__})") from error
    _require(size <= PAYLOAD_BYTES, f"a payload has at most {PAYLOAD_BYTES} bytes")
    return encoded


def _require(fulfilled: bool, rule: str) -> None:
    if not fulfilled:
        raise _bad(rule)


def _bad(rule: str) -> BadJobError:
    return BadJobError("The job cannot be queued.", why=sentence(rule))
