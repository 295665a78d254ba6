"""The ledger: every write that was accepted, in order. What tests count by."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from lsync.simulator.wire import timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one accepted write changed. `changes` is JSON-ready."""

    consignment_id: str | None = None
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One accepted write. `source` is `api` for callers, `clerk` for the shop's own doing."""

    seq: int
    time: str
    source: Literal["api", "clerk"]
    method: str
    path: str
    operation: str
    consignment_id: str | None
    body: Any
    effect: dict[str, Any]


class Ledger:
    """Append-only list of entries, numbered from 1."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def record(
        self,
        effect: Effect,
        *,
        now: datetime,
        source: Literal["api", "clerk"],
        method: str,
        path: str,
        operation: str,
        body: Any,
    ) -> None:
        """Append one accepted write."""
        self._entries.append(
            Entry(
                seq=len(self._entries) + 1,
                time=timestamp(now),
                source=source,
                method=method,
                path=path,
                operation=operation,
                consignment_id=effect.consignment_id,
                body=body,
                effect=effect.changes,
            )
        )

    def shown(self, *, after: int = 0) -> list[dict[str, Any]]:
        """The entries behind a number as JSON objects."""
        return [asdict(entry) for entry in self._entries[max(after, 0) :]]
