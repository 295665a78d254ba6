"""What a decision depends on and what it says. The decisions themselves are next door."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.push.dialogue import Action
from lsync.core.domain.push.recovery import Push
from lsync.core.domain.remote_change import WrittenLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a consignment says about the order as a whole."""

    supplier_id: str
    outlet_id: str
    due_at: datetime | None = None
    supplier_invoice: str | None = None

    def is_on(self, consignment: ConsignmentView) -> bool:
        """Whether the consignment says the same. A due time counts by its hour."""
        return (self.supplier_id, self.outlet_id, _hour(self.due_at), self.supplier_invoice) == (
            consignment.supplier_id,
            consignment.outlet_id,
            _hour(consignment.due_at),
            consignment.supplier_invoice,
        )


def _hour(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a decision may depend on besides the push.

    ``unwritten``: Lightspeed was never shown to hold this revision, so differences are written;
    otherwise they are drift and only reported. ``ours`` are the products of the lines lsync
    has written. ``base`` are those lines as Lightspeed was shown to hold them, if an earlier
    revision was: what differs from them was changed there, and is not written over; without it
    every difference is written. ``cut_short``: an edit before this one may have written some of
    its lines. ``header`` is given when it has changed since the consignment was created.
    ``reads``, ``sends`` and ``headers`` count this run's.
    """

    wanted: tuple[ResolvedLine, ...]
    header: Header | None = None
    ours: frozenset[str] = frozenset()
    base: Mapping[str, WrittenLine] | None = None
    cut_short: bool = False
    now: datetime
    quiet: timedelta
    unwritten: bool = True
    auto_send: bool = True
    may_create: bool = True
    reads: int = 0
    sends: int = 0
    headers: int = 0


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
