"""Everything that happened to an order, in one sequence: what was done, what came to be. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lsync.core.domain.amount import plain
from lsync.core.domain.history import Fact, Noted, lines_of
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.order_changes import order_changes
from lsync.core.domain.records import LogStatus, Receipt, SyncLogEntry
from lsync.core.domain.sanitise import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened. ``what`` is an operation and step, a fact, or ``receipt``."""

    at: datetime
    what: str
    message: str
    status: LogStatus = LogStatus.INFO
    consignment_id: str | None = None
    job_id: int | None = None
    requests: tuple[str, ...] = ()


def happenings(
    facts: Iterable[Noted], log: Iterable[SyncLogEntry], receipts: Iterable[Receipt]
) -> tuple[Happening, ...]:
    """Join the three records, oldest first; each comes in the order it was written."""
    joined = [*map(_of_entry, log), *_of_facts(facts), *map(_of_receipt, receipts)]
    return tuple(sorted(joined, key=lambda it: it.at))


def _of_entry(entry: SyncLogEntry) -> Happening:
    requests = (entry.detail or {}).get("requests")
    return Happening(
        at=entry.created_at,
        what=f"{entry.operation} {entry.step}",
        message=entry.message,
        status=entry.status,
        consignment_id=entry.consignment_id,
        job_id=entry.job_id,
        requests=tuple(map(str, requests)) if isinstance(requests, list) else (),
    )


def _of_receipt(receipt: Receipt) -> Happening:
    where = visible(receipt.product_id) if receipt.line_no is None else f"line {receipt.line_no}"
    return Happening(
        at=receipt.observed_at,
        what="receipt",
        message=(
            f"{where}: {plain(receipt.received_after)} received, "
            f"{plain(receipt.received_before)} before"
        ),
        status=LogStatus.OK,
        consignment_id=receipt.consignment_id,
    )


def _of_facts(facts: Iterable[Noted]) -> Iterator[Happening]:
    before: dict[Fact, Any] = {}
    for noted in facts:
        message = _sentence(noted.fact, before.get(noted.fact), noted.value)
        before[noted.fact] = noted.value
        if message:
            yield Happening(at=noted.at, what=noted.fact.value.replace("_", " "), message=message)


def _sentence(fact: Fact, before: Any, value: Any) -> str:
    """Say what came to be; nothing for what a receipt says already."""
    match fact:
        case Fact.DOCUMENT:
            return _revised(before, value)
        case Fact.RECEIVED:
            return ""
        case Fact.HELD:
            return "on hold" if value else "released"
        case Fact.PROBLEMS:
            told = [f"{code}: {message}" for code, message in value]
            return visible("; ".join(told)) if told else "no problems any more"
        case _:
            now = "none" if value is None else visible(str(value))
            return now if before is None else f"{visible(str(before))} → {now}"


def _revised(before: Mapping[str, Any] | None, value: Mapping[str, Any]) -> str:
    new = _order(value)
    revision = f"revision {new.revision}"
    if before is None:
        return f"{revision}: {len(new.lines)} {'line' if len(new.lines) == 1 else 'lines'}"
    changes: Sequence[str] = order_changes(_order(before), new)
    return f"{revision}: {'; '.join(changes) or 'nothing changed'}"


def _order(document: Mapping[str, Any]) -> PurchaseOrder:
    due = document.get("due_date")
    return PurchaseOrder(
        order_number="",
        supplier=document.get("supplier") or "",
        outlet=document.get("outlet") or "",
        revision=document.get("revision") or 0,
        due_date=date.fromisoformat(due) if due else None,
        supplier_invoice=document.get("supplier_invoice"),
        note=document.get("note"),
        lines=lines_of(document, {}),
    )
