"""What a consignment may do, as one table for each question. Pure; changes nothing.

Source: the descriptions of the 2.0 document's consignment operations (`SUPPLIER` workflow, line
updates, deletion), which 2026-07 shares.
"""

from collections.abc import Mapping
from typing import Final

from lsync.simulator.refusal import Refusal

SUPPLIER: Final = "SUPPLIER"
OUTLET: Final = "OUTLET"
RETURN: Final = "RETURN"
STOCKTAKE: Final = "STOCKTAKE"

STATUSES: Final = frozenset(
    {
        "OPEN",
        "SENT",
        "DISPATCHED",
        "RECEIVED",
        "CANCELLED",
        "CLOSED",
        "STOCKTAKE_SCHEDULED",
        "STOCKTAKE_IN_PROGRESS",
        "STOCKTAKE_IN_PROGRESS_PROCESSED",
        "STOCKTAKE_COMPLETE",
    }
)

_STOP_COUNT: Final = frozenset({"CANCELLED", "CLOSED"})

TRANSITIONS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    SUPPLIER: {
        "OPEN": frozenset({"SENT", "CANCELLED"}),
        "SENT": frozenset({"DISPATCHED", "CANCELLED"}),
        "DISPATCHED": frozenset({"RECEIVED", "CANCELLED"}),
    },
    OUTLET: {
        "OPEN": frozenset({"SENT", "CANCELLED"}),
        "SENT": frozenset({"DISPATCHED", "RECEIVED", "CANCELLED"}),
        "DISPATCHED": frozenset({"RECEIVED", "CANCELLED"}),
    },
    RETURN: {
        "OPEN": frozenset({"SENT", "CANCELLED"}),
    },
    STOCKTAKE: {
        "STOCKTAKE_SCHEDULED": frozenset({"STOCKTAKE_IN_PROGRESS"}) | _STOP_COUNT,
        "STOCKTAKE_IN_PROGRESS": frozenset({"STOCKTAKE_IN_PROGRESS_PROCESSED"}) | _STOP_COUNT,
        "STOCKTAKE_IN_PROGRESS_PROCESSED": frozenset({"STOCKTAKE_COMPLETE"}) | _STOP_COUNT,
    },
}

CREATABLE: Final[Mapping[str, tuple[str, ...]]] = {
    SUPPLIER: ("OPEN", "SENT"),
    OUTLET: ("OPEN", "SENT"),
    RETURN: ("OPEN", "SENT"),
    STOCKTAKE: ("STOCKTAKE_SCHEDULED", "STOCKTAKE_IN_PROGRESS"),
}

FROZEN: Final[Mapping[str, frozenset[str]]] = {
    SUPPLIER: frozenset({"RECEIVED", "CANCELLED"}),
    OUTLET: frozenset({"RECEIVED", "CANCELLED"}),
    RETURN: frozenset({"SENT", "CANCELLED"}),
    STOCKTAKE: frozenset({"STOCKTAKE_COMPLETE", "CANCELLED", "CLOSED"}),
}

COUNT_SETTABLE: Final[Mapping[str, frozenset[str]]] = {
    SUPPLIER: frozenset({"OPEN", "SENT"}),
    OUTLET: frozenset({"OPEN", "SENT"}),
    RETURN: frozenset({"OPEN", "SENT"}),
    # What is expected is what the shop holds, never what a caller says.
    STOCKTAKE: frozenset(),
}

RECEIVED_SETTABLE: Final[Mapping[str, frozenset[str]]] = {
    SUPPLIER: frozenset({"DISPATCHED"}),
    OUTLET: frozenset({"SENT", "DISPATCHED"}),
    RETURN: frozenset(),
    STOCKTAKE: frozenset({"STOCKTAKE_IN_PROGRESS", "STOCKTAKE_IN_PROGRESS_PROCESSED"}),
}

COST_SETTABLE: Final[Mapping[str, frozenset[str]]] = {
    SUPPLIER: frozenset({"OPEN", "SENT", "DISPATCHED"}),
    OUTLET: frozenset({"OPEN"}),
    RETURN: frozenset({"OPEN", "SENT"}),
    STOCKTAKE: frozenset(),
}

LINE_REMOVABLE: Final[Mapping[str, frozenset[str]]] = {
    SUPPLIER: frozenset({"OPEN", "SENT"}),
    OUTLET: frozenset({"OPEN"}),
    RETURN: frozenset({"OPEN"}),
    STOCKTAKE: frozenset({"STOCKTAKE_SCHEDULED", "STOCKTAKE_IN_PROGRESS"}),
}

SCHEDULED: Final = "STOCKTAKE_SCHEDULED"
COUNTING: Final = "STOCKTAKE_IN_PROGRESS"

UNDERWAY: Final = frozenset({"SENT", "DISPATCHED"})
"""The statuses of a transfer that has left its source."""

# The documents name no status that forbids deletion. Goods that have moved forbid it here.
UNDELETABLE: Final[Mapping[str, frozenset[str]]] = {
    SUPPLIER: frozenset({"DISPATCHED", "RECEIVED"}),
    OUTLET: UNDERWAY | {"RECEIVED"},
    RETURN: frozenset({"SENT"}),
    STOCKTAKE: frozenset({"STOCKTAKE_COMPLETE"}),
}


def initial_status(kind: str, asked: str | None) -> str:
    """The status a new consignment starts in; refuses those it cannot be created in."""
    allowed = CREATABLE[kind]
    if asked is None:
        return allowed[0]
    if asked not in allowed:
        raise Refusal(422, f"a {kind} consignment cannot be created with status {asked}")
    return asked


def check_not_frozen(kind: str, status: str) -> None:
    """Refuse changes to a consignment that is finished."""
    if status in FROZEN[kind]:
        raise Refusal(422, f"a {kind} consignment with status {status} cannot be updated")


def check_status_change(
    kind: str, *, status: str, to: str, lines: int, something_received: bool
) -> None:
    """Refuse a status that cannot follow the present one. The same status again is no change."""
    if to == status:
        return
    if to not in TRANSITIONS[kind].get(status, frozenset()):
        raise Refusal(422, f"a {kind} consignment cannot go from {status} to {to}")
    # A count gets its products by being started.
    if lines == 0 and kind != STOCKTAKE:
        raise Refusal(422, "the status cannot be changed while there are no products")
    if kind == SUPPLIER and to == "RECEIVED" and not something_received:
        raise Refusal(422, "at least one product needs a received quantity above zero")


def check_line_removable(kind: str, status: str) -> None:
    """Refuse to take a line off a consignment that is past that."""
    if status not in LINE_REMOVABLE[kind]:
        raise Refusal(422, f"a product cannot be deleted from a {kind} consignment in {status}")


def check_deletable(kind: str, status: str) -> None:
    """Refuse to delete a consignment whose goods have moved."""
    if status in UNDELETABLE[kind]:
        raise Refusal(422, f"a {kind} consignment with status {status} cannot be deleted")
