"""A collection ordered by version: the cursor paging of X-Series over rows in memory."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar


class Versioned(Protocol):
    """What a row must have: a key inside its collection and a version that each change raises."""

    version: int

    @property
    def key(self) -> str:
        """What the row is found by."""
        ...


RowT = TypeVar("RowT", bound=Versioned)


class Table(Generic[RowT]):
    """Rows by key, and in ascending version. `put` is the only way to add or change a row."""

    def __init__(self, *, next_version: Callable[[], int]) -> None:
        self._next_version = next_version
        self._rows: dict[str, RowT] = {}
        self._versions: list[int] = []
        self._keys: list[str] = []

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[RowT]:
        return iter(self._rows.values())

    def get(self, key: str) -> RowT | None:
        """The row of that key, deleted ones included."""
        return self._rows.get(key)

    def put(self, row: RowT) -> None:
        """Add the row, or record that it changed: it takes the next version."""
        row.version = self._next_version()
        self._rows[row.key] = row
        self._versions.append(row.version)
        self._keys.append(row.key)
        if len(self._keys) > 2 * len(self._rows) + 64:
            self._forget_old_versions()

    def remove(self, key: str) -> None:
        """Take a row out for good."""
        self._rows.pop(key, None)

    def ascending(self, *, after: int = 0, before: int | None = None) -> Iterator[RowT]:
        """Rows with `after < version < before`, lowest version first."""
        for place in range(bisect_right(self._versions, after), len(self._versions)):
            version = self._versions[place]
            if before is not None and version >= before:
                return
            row = self._rows.get(self._keys[place])
            if row is not None and row.version == version:
                yield row

    def _forget_old_versions(self) -> None:
        rows = sorted(self._rows.values(), key=lambda row: row.version)
        self._versions = [row.version for row in rows]
        self._keys = [row.key for row in rows]
