"""A list of the daemon's as far as it has been read, kept in step by events. No I/O."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from lsync.tui.view.query import Query

T = TypeVar("T")

PAGE = 200
"""Rows asked for at a time."""
LONGEST = 5_000
"""Rows kept; what scrolls out at the far end is read again when somebody goes there."""


@dataclass(slots=True)
class Listing(Generic[T]):
    """Rows in the daemon's own order, filtered by ``query``.

    ``order`` is the value that this order ascends by, or ``None`` when rows do not tell where
    they belong. ``complete`` says that the last row read is the last there is, ``stale`` that
    the rows must be read anew before they can be trusted.
    """

    key: Callable[[T], Hashable]
    order: Callable[[T], Any] | None = None
    items: list[T] = field(default_factory=list)
    query: Query = field(default_factory=Query)
    complete: bool = False
    stale: bool = True
    read: bool = False
    """Whether it has been read at all."""
    _places: dict[Hashable, int] = field(default_factory=dict)

    def replace(self, rows: Sequence[T], *, complete: bool) -> None:
        """Take ``rows`` as everything from the first row on."""
        self.items = list(rows)
        self.complete = complete
        self.stale = False
        self.read = True
        self._note_places()

    def extend(self, rows: Sequence[T], *, complete: bool) -> None:
        """Add a page below; rows that an event already brought are not doubled."""
        known = {self.key(item) for item in self.items}
        self.items += [row for row in rows if self.key(row) not in known]
        self.complete = complete
        self._note_places()

    def put(self, item: T) -> None:
        """Take over what an event says about one row.

        Only the daemon knows whether a new or changed row passes a filter, so with one the
        rows become stale; without one a new row is put in its place, if it tells it.
        """
        place = self._find(item)
        if place is not None:
            self.items[place] = item
        if self.query.asks or (place is None and self.order is None):
            self.stale = True
        elif place is None:
            self._insert(item)

    def row(self, key: Hashable) -> T | None:
        """Return the row with ``key``, if it has been read."""
        return next((item for item in self.items if self.key(item) == key), None)

    def _note_places(self) -> None:
        if self.order is None:
            self._places = {self.key(item): place for place, item in enumerate(self.items)}

    def _find(self, item: T) -> int | None:
        if self.order is None:
            return self._places.get(self.key(item))
        place = bisect_left(self.items, self.order(item), key=self.order)
        if place < len(self.items) and self.key(self.items[place]) == self.key(item):
            return place
        return None

    def _insert(self, item: T) -> None:
        if self.order is None:
            return
        place = bisect_left(self.items, self.order(item), key=self.order)
        if place == len(self.items) and not self.complete:
            return
        self.items.insert(place, item)
        if len(self.items) > LONGEST:
            del self.items[LONGEST:]
            self.complete = False
