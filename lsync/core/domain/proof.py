"""The chain that shows an order has exactly one consignment, or what is not shown. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lsync.core.domain.consignment import ConsignmentStatus, ConsignmentView
from lsync.core.domain.drift import compare
from lsync.core.domain.family import Family
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.push import Push, Step
from lsync.core.domain.records import SyncLogEntry
from lsync.core.domain.sanitise import visible

LINKS = ("arm", "create", "look", "adopt", "lines", "verify", "send", "renew", "finish")
"""Steps of the sync log that are links of the chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link: what was known or done, when, and the ids of the calls that show it."""

    at: datetime
    step: str
    message: str
    requests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """``sentence`` says either that there is exactly one consignment, or what is not shown."""

    order_number: str
    links: tuple[Link, ...]
    sentence: str
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the proof rests on.

    ``carriers`` are all consignments after the version ``listed_after`` that carry the order's
    reference, as listed a moment ago; ``seen`` is the family as just read.
    """

    order_number: str
    push: Push | None
    entries: Sequence[SyncLogEntry]
    carriers: Sequence[ConsignmentView]
    listed_after: int
    seen: Family | None
    lines: Sequence[ResolvedLine]
    listed_at: datetime


def prove(evidence: Evidence) -> Proof:
    """Join the chain and judge it. ``entries`` are in the order they were written."""
    listed = Link(
        at=evidence.listed_at,
        step="list",
        message=_listed(evidence),
    )
    gap = _gap(evidence)
    return Proof(
        order_number=evidence.order_number,
        links=(*_links(evidence.entries), listed),
        sentence=gap or _proven(evidence),
        proven=gap is None,
    )


def _links(entries: Sequence[SyncLogEntry]) -> list[Link]:
    return [
        Link(
            at=entry.created_at,
            step=entry.step,
            message=entry.message,
            requests=_requests(entry),
        )
        for entry in entries
        if entry.step in LINKS
    ]


def _requests(entry: SyncLogEntry) -> tuple[str, ...]:
    found = (entry.detail or {}).get("requests")
    return tuple(str(it) for it in found) if isinstance(found, list) else ()


def _listed(evidence: Evidence) -> str:
    reference = visible(evidence.push.reference if evidence.push else evidence.order_number)
    names = ", ".join(
        f"{visible(it.consignment_id)} ({visible(it.status)})" for it in _live(evidence)
    )
    after = evidence.listed_after
    return f"After version {after} Lightspeed lists for {reference}: {names or 'none'}"


def _live(evidence: Evidence) -> list[ConsignmentView]:
    cancelled = ConsignmentStatus.CANCELLED
    return [it for it in evidence.carriers if it.known_status is not cancelled]


def _gap(evidence: Evidence) -> str | None:
    """Return what is not shown, or None if the chain is whole."""
    push, seen = evidence.push, evidence.seen
    if push is None:
        return "Not proven: lsync has no record of pushing this order."
    if push.step is Step.CREATING:
        return "Not proven: a create was not confirmed and may still be carried out."
    if push.consignment_id is None or seen is None:
        return "Not proven: the order has no consignment in Lightspeed."
    return _others(evidence, seen) or _unfinished(push) or _differences(evidence, seen)


def _others(evidence: Evidence, seen: Family) -> str | None:
    family = {it.consignment_id for it in seen.members}
    strangers = [it.consignment_id for it in _live(evidence) if it.consignment_id not in family]
    if not strangers:
        return None
    names = ", ".join(map(visible, strangers))
    return f"Not proven: further consignments carry this order's number: {names}."


def _unfinished(push: Push) -> str | None:
    if push.step in {Step.VERIFIED, Step.DONE}:
        return None
    return f"Not proven: the push has not ended; it stands at {push.step}."


def _differences(evidence: Evidence, seen: Family) -> str | None:
    drifts = compare(evidence.lines, seen.primary.lines)
    if not drifts or seen.primary.known_status is ConsignmentStatus.CANCELLED:
        return None
    return f"One consignment, but {len(drifts)} of its lines differ from the order."


def _proven(evidence: Evidence) -> str:
    seen = evidence.seen
    if seen is None:
        raise ValueError("nothing is proven without a consignment")
    split = f", and {len(seen.splits)} split off from it" if seen.splits else ""
    name = visible(seen.primary.consignment_id)
    count = len(evidence.lines)
    return f"Proven: exactly one consignment, {name}{split}; its {count} lines equal the order."
