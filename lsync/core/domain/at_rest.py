"""How an order and Lightspeed stand when nothing works on the order. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from lsync.core.domain.order import SyncState
from lsync.core.domain.problem import Problem, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """What is stored of an order whose work was taken off the queue.

    ``held_there``: Lightspeed was shown to hold this revision, and its consignment is known.
    ``unwithdrawn``: it is cancelled here, and a consignment of it can still change.
    ``failed``: its last sync failed, and nothing was put right since.
    """

    held_there: bool
    unwithdrawn: bool = False
    failed: bool = False
    problems: Sequence[Problem] = ()


def state_at_rest(remains: Remains) -> SyncState:
    """Return the sync state that the order had before the work that was taken off the queue."""
    drifts = [problem.severity is Severity.DRIFT for problem in remains.problems]
    if remains.failed and not (drifts and all(drifts)):
        return SyncState.FAILED
    if any(drifts) or remains.unwithdrawn:
        return SyncState.DRIFTED
    return SyncState.SYNCED if remains.held_there else SyncState.NOT_SYNCED
