"""The one tree of errors the client raises. What leads to each is decided in `answers` and `wire`.

LightspeedError
├── NotExecuted          nothing reached Lightspeed
│   ├── BudgetSpent      the call would have to wait longer than the caller allows
│   ├── NotOffered       the configured API version has no such operation
│   └── TokenUnavailable  the token endpoint could not renew the access token just now
├── OutcomeUnknown       a write that may or may not have happened; look before acting again
├── Refused              Lightspeed answered and declined: nothing happened
│   ├── Unauthorized     401
│   │   └── LoginNeeded  the OAuth tokens are gone: somebody has to log in
│   ├── Forbidden        403
│   ├── NotFound         404
│   ├── Conflict         409
│   ├── Invalid          400, 422
│   └── RateLimited      429
├── SchemaError          the answer of a read is not what the contract describes
└── Unavailable          a read that kept failing
"""

from collections.abc import Sequence
from datetime import datetime


class LightspeedError(Exception):
    """A call that did not end well.

    `what` happened, `why`, and the `next_step` that is safe are plain sentences. Text that came
    from the other side is shortened and holds printable characters only.
    `may_have_happened` is True only where a write could have taken effect.
    """

    may_have_happened = False

    def __init__(
        self,
        what: str,
        *,
        why: str,
        next_step: str,
        request_id: str | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(what, why, next_step)
        self.what = what
        self.why = why
        self.next_step = next_step
        self.request_id = request_id
        self.status = status

    def __str__(self) -> str:
        return f"{self.what}: {self.why}. {self.next_step}"


class NotExecuted(LightspeedError):  # noqa: N818  says what happened, like its siblings
    """Nothing was sent: the name did not resolve, the connection was refused, no budget."""


class BudgetSpent(NotExecuted):
    """Waiting for the budget would take longer than the caller's `max_wait`."""

    def __init__(self, what: str, *, available_at: datetime, request_id: str | None = None) -> None:
        super().__init__(
            what,
            why=f"the API budget is spent until {available_at:%H:%M:%S} UTC",
            next_step="Try again then; nothing was sent",
            request_id=request_id,
        )
        self.available_at = available_at


class NotOffered(NotExecuted):
    """The configured API version does not have this operation."""


class TokenUnavailable(NotExecuted):
    """The access token has to be renewed and the token endpoint does not answer."""


class OutcomeUnknown(LightspeedError):  # noqa: N818  says what happened, like its siblings
    """A write went out and its result is not known. Never repeat it: read back first."""

    may_have_happened = True


class Refused(LightspeedError):  # noqa: N818  says what happened, like its siblings
    """Lightspeed answered and declined; nothing changed there."""


class Unauthorized(Refused):
    """401: the token is wrong, expired or revoked."""


class LoginNeeded(Unauthorized):
    """There are no OAuth tokens, or Lightspeed no longer accepts them: somebody has to log in."""


class Forbidden(Refused):
    """403: the token lacks a scope or its user lacks a permission."""


class NotFound(Refused):
    """404: there is nothing under this id."""


class Conflict(Refused):
    """409: it clashes with something that exists."""


class Invalid(Refused):
    """400 or 422: Lightspeed does not accept the content."""


class RateLimited(Refused):
    """429: too many calls; `retry_at` is when Lightspeed takes calls again (aware UTC)."""

    def __init__(
        self,
        what: str,
        *,
        retry_at: datetime,
        request_id: str | None = None,
    ) -> None:
        super().__init__(
            what,
            why=f"Lightspeed accepts no calls until {retry_at:%H:%M:%S} UTC",
            next_step="Try again then; nothing was changed",
            request_id=request_id,
            status=429,
        )
        self.retry_at = retry_at


class SchemaError(LightspeedError):
    """An answer breaks the contract; `paths` name the offending places, e.g. `data.3.count`."""

    def __init__(
        self,
        what: str,
        *,
        why: str,
        paths: Sequence[str] = (),
        request_id: str | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(
            what,
            why=why,
            next_step="Nothing was changed; compare the logged answer with the API documentation",
            request_id=request_id,
            status=status,
        )
        self.paths = tuple(paths)


class Unavailable(LightspeedError):  # noqa: N818  says what happened, like its siblings
    """A read failed, also after retrying: lost connection, timeout, 5xx, no JSON."""
