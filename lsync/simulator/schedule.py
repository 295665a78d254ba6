"""Things that happen later in the world's time. Runs nothing by itself; the world asks."""

import heapq
from collections.abc import Callable
from datetime import datetime


class Schedule:
    """Actions by due time; actions of the same moment run in the order they were added."""

    def __init__(self) -> None:
        self._pending: list[tuple[datetime, int, Callable[[], None]]] = []
        self._added = 0

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, due: datetime, action: Callable[[], None]) -> None:
        """Run `action` when the world reaches `due`."""
        self._added += 1
        heapq.heappush(self._pending, (due, self._added, action))

    def run_due(self, now: datetime) -> int:
        """Run what is due; returns how many ran."""
        ran = 0
        while self._pending and self._pending[0][0] <= now:
            _, _, action = heapq.heappop(self._pending)
            action()
            ran += 1
        return ran
