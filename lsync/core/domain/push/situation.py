"""What a decision depends on and what it says. The decisions themselves are next door."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.push.dialogue import Action
from lsync.core.domain.push.recovery import Push


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a decision may depend on besides the push.

    ``unwritten``: Lightspeed was never shown to hold this revision, so differences are written;
    otherwise they are drift and only reported. ``reads`` and ``sends`` count this run's.
    """

    wanted: tuple[ResolvedLine, ...]
    now: datetime
    quiet: timedelta
    unwritten: bool = True
    auto_send: bool = True
    may_create: bool = True
    reads: int = 0
    sends: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The push as the observation settles it, and what to do next."""

    push: Push
    action: Action


def uncertain(push: Push, *, now: datetime) -> Push:
    """Return the push with its open write uncertain, since now if it was not before."""
    return push if push.uncertain_since else replace(push, uncertain_since=now)


def quiet_until(push: Push, situation: Situation) -> datetime:
    """Return when an unconfirmed write can no longer be carried out late."""
    return (push.uncertain_since or situation.now) + situation.quiet
