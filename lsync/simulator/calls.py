"""A log of the calls that arrived, for tests that count them. Accepted or not, all are here."""

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any, Final

_KEPT: Final = 20_000
_WINDOW_SECONDS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One call: `at` in unix seconds of the world's clock, `fault` the names that struck it."""

    at: float
    method: str
    path: str
    operation: str | None
    status: int | None
    fault: str = ""


class CallLog:
    """Counts of all calls and the last 20,000 of them."""

    def __init__(self) -> None:
        self.total = 0
        self._by_operation: Counter[str] = Counter()
        self._by_status: Counter[str] = Counter()
        self._by_window: Counter[int] = Counter()
        self._recent: deque[CallRecord] = deque(maxlen=_KEPT)

    def add(self, call: CallRecord) -> None:
        """Note one call."""
        self.total += 1
        self._by_operation[call.operation or "unknown"] += 1
        self._by_status[str(call.status)] += 1
        self._by_window[int(call.at // _WINDOW_SECONDS) * _WINDOW_SECONDS] += 1
        self._recent.append(call)

    def shown(self, *, recent: int) -> dict[str, Any]:
        """Counts, and the last `recent` calls, as a JSON object."""
        last = list(self._recent)[-recent:] if recent else []
        return {
            "total": self.total,
            "by_operation": dict(self._by_operation),
            "by_status": dict(self._by_status),
            "by_window": {str(start): count for start, count in self._by_window.items()},
            "recent": [asdict(call) for call in last],
        }
