"""Whether a file's column names are the ones that are needed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import islice

from lsync.core.domain.order_file.fields import COLUMNS, REQUIRED_COLUMNS
from lsync.core.domain.order_file.rows import UnreadableFileError, quoted

MOST_COLUMNS = 200
MOST_NOTICES = 20


def column_name(text: str) -> str:
    """Return a header cell the way column names are written: ``Unit cost`` is ``unit_cost``."""
    return "_".join(text.strip().lower().split())


def check_columns(names: Sequence[str], *, line: int, separated_by: str) -> tuple[str, ...]:
    """Return notices about columns that are not used.

    ``separated_by`` is what they were taken to be separated by, as a message calls it.

    Raises:
        UnreadableFileError: a column is missing or appears twice.
    """
    if len(names) > MOST_COLUMNS:
        raise UnreadableFileError(
            f"the header has {len(names)} columns; at most {MOST_COLUMNS} are read", line=line
        )
    twice = sorted(name for name, count in Counter(filter(None, names)).items() if count > 1)
    if twice:
        raise UnreadableFileError(
            f"the header names {', '.join(quoted(name) for name in twice)} more than once; "
            "keep one column of each name",
            line=line,
        )
    missing = [name for name in REQUIRED_COLUMNS if name not in names]
    if "sku" not in names and "product_id" not in names:
        missing.append("sku (or product_id)")
    if missing:
        raise UnreadableFileError(
            f"the header, whose columns were taken to be separated by {separated_by}, lacks "
            f"{', '.join(missing)}; it must name the columns: {', '.join(COLUMNS)}; where it has "
            "other names, say --column quantity=QTY",
            line=line,
        )
    return unknown_columns(names)


def unknown_columns(names: Iterable[str]) -> tuple[str, ...]:
    """Return what to say about columns that are not ours, with the nearest one that is."""
    unknown = (name for name in names if name and name not in COLUMNS)
    return tuple(_unknown(name) for name in islice(unknown, MOST_NOTICES))


def _unknown(name: str) -> str:
    near = get_close_matches(name[:64], COLUMNS, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"the column {quoted(name)} is not known and was ignored{hint}"
