"""Pauses of the queue as sentences for people. Pausing itself is the queue's."""

from collections.abc import Collection, Iterable
from typing import Protocol

EVERYTHING = "*"
OWN_NAME = "lsync"
"""Who paused what lsync paused by itself, because Lightspeed refuses its token."""


class Paused(Protocol):
    """A paused job type; ``*`` is all of them."""

    @property
    def type(self) -> str:
        """The job type."""

    @property
    def reason(self) -> str:
        """Why, in a person's words; may be empty."""

    @property
    def paused_by(self) -> str:
        """Who paused it."""


def tell_pauses(pauses: Iterable[Paused], *, job_types: Collection[str] = ()) -> tuple[str, ...]:
    """Return one sentence per pause that somebody made, with the way to end it.

    With ``job_types`` only what keeps jobs of these types waiting is told.
    """
    together: dict[tuple[str, str], list[str]] = {}
    for pause in pauses:
        if not job_types or pause.type in {EVERYTHING, *job_types}:
            together.setdefault((pause.paused_by, pause.reason), []).append(pause.type)
    return tuple(_tell(by, reason, types) for (by, reason), types in together.items())


def _tell(by: str, reason: str, types: list[str]) -> str:
    what = _what(by, types)
    because = f": {reason.rstrip('.')}" if reason else ""
    return f"{what} paused by {by}{because}. {_way_out(by, types)}"


def _what(by: str, types: list[str]) -> str:
    if EVERYTHING in types:
        return "The queue is"
    if by == OWN_NAME:
        return "Work that needs Lightspeed is"
    kinds = "type" if len(types) == 1 else "types"
    return f"Jobs of {kinds} {', '.join(sorted(types))} are"


def _way_out(by: str, types: list[str]) -> str:
    if by == OWN_NAME:
        return "Correct the token, or `lsync vend login`; then it goes on by itself."
    if EVERYTHING in types:
        return "`lsync queue resume` goes on."
    return " and ".join(f"`lsync queue resume {kind}`" for kind in types) + " goes on."
