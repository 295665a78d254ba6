"""What a file calls the columns. Reads no row."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from lsync.core.domain.order_file.columns import column_name
from lsync.core.domain.order_file.fields import COLUMNS
from lsync.core.domain.order_file.rows import UnreadableFileError, quoted

Renamed = Mapping[str, str]
"""The file's own column names, as ``column_name`` writes them, and the ones they stand for."""

AS_THEY_ARE: Renamed = MappingProxyType({})


def read_renaming(columns: Mapping[str, str]) -> Renamed:
    """Return what the file's columns stand for; ``columns`` gives its name for each of ours.

    Raises:
        UnreadableFileError: there is no such column, or two are called the same.
    """
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown:
        raise UnreadableFileError(
            f"{quoted(unknown[0])} is no column of an order file; choose of {', '.join(COLUMNS)}"
        )
    renamed = {column_name(theirs): ours for ours, theirs in columns.items()}
    if len(renamed) < len(columns):
        raise UnreadableFileError("two columns are said to have the same name in the file")
    return renamed


def rename(names: Iterable[str], *, renamed: Renamed) -> list[str]:
    """Return the names by which we know the file's columns.

    A column of ours that the file calls otherwise is not looked for under our name any more.
    """
    taken = set(renamed.values())
    return [renamed.get(name, f"its own {name}" if name in taken else name) for name in names]


def require_named(names: Iterable[str], *, renamed: Renamed) -> None:
    """Check that the file has every column that was named.

    Raises:
        UnreadableFileError: one is not there.
    """
    known = set(names)
    lacking = [
        f"{quoted(name)} (for {ours})" for name, ours in renamed.items() if name not in known
    ]
    if lacking:
        raise UnreadableFileError(f"the file has no column {', '.join(lacking)}")
