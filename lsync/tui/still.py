"""A list that somebody holds still while rows go on coming. No I/O."""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")


class Still(Generic[T]):
    """Rows as they were when somebody held them still; what is read on below them is added.

    ``new`` is how many rows came above them since.
    """

    def __init__(self, rows: Sequence[T], *, key: Callable[[T], Hashable], since: datetime) -> None:
        """``rows`` stay as they are now, which is ``since``."""
        self.since = since
        self.new = 0
        self._rows = list(rows)
        self._key = key

    def take(self, rows: Sequence[T]) -> Sequence[T]:
        """Return what is shown of ``rows``, which are the list as it is by now."""
        held = {self._key(row) for row in self._rows}
        places = [place for place, row in enumerate(rows) if self._key(row) in held]
        below = places[-1] + 1 if places else 0 if not held else len(rows)
        self._rows += rows[below:]
        self.new = sum(1 for row in rows[:below] if self._key(row) not in held)
        return self._rows
