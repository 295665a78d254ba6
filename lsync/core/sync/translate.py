"""The one place where an exception becomes the outcome of a job."""

import traceback
from datetime import datetime, timedelta

from lsync.core.domain.outcome import Dead, Outcome, Retry, Snooze
from lsync.core.domain.sanitise import visible
from lsync.core.lightspeed import (
    BudgetSpent,
    LightspeedError,
    NotExecuted,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
)
from lsync.core.store.errors import StoreError
from lsync.core.store.pushes import StalePush

TOKEN_REST = timedelta(seconds=60)
"""How long a job rests when the token is refused; the queue is paused meanwhile."""


def translate(error: BaseException, *, now: datetime) -> Outcome:
    """Say what an exception does to the job it ended.

    What will pass by itself spends no attempt. A write of unknown outcome is tried again, which
    looks before it writes. Only what Lightspeed refuses for good ends the job.
    """
    match error:
        case BudgetSpent(available_at=until) | RateLimited(retry_at=until):
            return Snooze(until=until, reason=_said(error))
        case Unauthorized():
            return Snooze(until=now + TOKEN_REST, reason=_said(error))
        case StalePush():
            return Snooze(until=now, reason=_said(error))
        case Refused():
            return Dead(error=_said(error), error_class=type(error).__name__)
        case OutcomeUnknown() | NotExecuted() | Unavailable() | LightspeedError() | StoreError():
            return Retry(error=_said(error), error_class=type(error).__name__)
        case _:
            trace = "".join(traceback.format_exception(error))
            said = _said(error) or "no further words"
            return Retry(
                error=said, error_class=type(error).__name__, trace=visible(trace, keep_lines=True)
            )


def _said(error: BaseException) -> str:
    return visible(str(error), keep_lines=True)
