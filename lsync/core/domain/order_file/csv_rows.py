"""CSV text as rows by column name. One broken row does not take the following ones with it."""

import csv
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

from lsync.core.domain.order_file.columns import check_columns, column_name
from lsync.core.domain.order_file.fields import COLUMNS
from lsync.core.domain.order_file.form import AS_THEY_ARE, Renamed, rename, require_named
from lsync.core.domain.order_file.rows import (
    MAX_ROW_BYTES,
    MAX_ROWS,
    Row,
    Table,
    UnreadableFileError,
)

LONGEST_RECORD = 100
"""Lines a quoted text may run over; bounds the work that a quote left open can cause."""


def read_csv(text: str, *, renamed: Renamed = AS_THEY_ARE) -> Table:
    """Return the rows below the header.

    Raises:
        UnreadableFileError: the header is unusable or there are too many rows.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start = next((index for index, line in enumerate(lines) if line.strip()), None)
    if start is None:
        raise UnreadableFileError("the file is empty")
    delimiter = _delimiter(lines[start], {*COLUMNS, *renamed})
    own = [column_name(cell) for cell in _header(lines[start], delimiter, line=start + 1)]
    require_named(own, renamed=renamed)
    names = rename(own, renamed=renamed)
    notices = check_columns(names, line=start + 1)
    rows: list[Row] = []
    for row in _rows(lines, start=start + 1, names=names, delimiter=delimiter):
        rows.append(row)
        if len(rows) > MAX_ROWS:
            raise _too_many(rows)
    return Table(rows=rows, notices=notices)


def _too_many(rows: Sequence[Row]) -> UnreadableFileError:
    """Say so, or that most lines are none: a text in quotes then runs over the file."""
    broken = [row for row in rows if row.fault is not None]
    if len(broken) * 2 > len(rows):
        first = broken[0]
        return UnreadableFileError(
            f"most lines are no rows; it begins here: {first.fault}", line=first.line
        )
    return UnreadableFileError(f"the file has more than {MAX_ROWS:,} rows; split it")


def _delimiter(header: str, columns: AbstractSet[str]) -> str:
    """Return the separator that makes most of the header's cells known columns."""

    def known(delimiter: str) -> int:
        cells = header.replace('"', "").split(delimiter)
        return sum(column_name(cell) in columns for cell in cells)

    best = max((",", ";", "\t"), key=known)
    if best == "\t" and known("\t") > 1:
        raise UnreadableFileError(
            "the columns are separated by tabs; save the file with commas or semicolons", line=1
        )
    return ";" if best == ";" else ","


def _header(text: str, delimiter: str, *, line: int) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UnreadableFileError(f"the header cannot be read: {error}", line=line) from None


def _rows(
    lines: Sequence[str], *, start: int, names: Sequence[str], delimiter: str
) -> Iterator[Row]:
    """Yield every row; after a broken one, go on with the very next line."""
    index = start
    while index < len(lines):
        line = lines[index]
        if not line.strip(f"{delimiter} \t"):
            index += 1
            continue
        row, taken = _record(lines, index, names=names, delimiter=delimiter)
        yield row
        index += taken


def _record(
    lines: Sequence[str], index: int, *, names: Sequence[str], delimiter: str
) -> tuple[Row, int]:
    """Return the record that starts at ``index`` and the number of lines it covers.

    A record is only believed to run over several lines when it then has the right columns and
    only the note holds the line breaks and none of its further lines could be a row; else a quote
    was left open and just its line is broken.
    """
    cells, taken, fault = _cells(lines, index, delimiter=delimiter)
    fault = fault or _misfit(cells, names, lines=lines[index : index + taken], delimiter=delimiter)
    if fault is not None:
        number = _number_of_broken(lines[index], names=names, delimiter=delimiter)
        return Row(line=index + 1, fault=fault, order_number=number), 1
    return Row(line=index + 1, cells=dict(zip(names, cells, strict=True))), taken


def _misfit(
    cells: Sequence[str], names: Sequence[str], *, lines: Sequence[str], delimiter: str
) -> str | None:
    """Return why cells and columns do not belong together: a comma or quote too many."""
    if len(cells) != len(names):
        return f"the row has {len(cells)} columns, the header has {len(names)}"
    swallowed = any(delimiter in line for line in lines[1:])
    if len(lines) > 1 and (swallowed or not _breaks_only_in_note(cells, names)):
        return "a quote is opened and not closed on the same line"
    if any(cell.strip() for cell, name in zip(cells, names, strict=True) if not name):
        return "the row has a value in a column without a name"
    return None


def _cells(
    lines: Sequence[str], index: int, *, delimiter: str
) -> tuple[list[str], int, str | None]:
    # Without a quote the record ends with its line; most do.
    reach = LONGEST_RECORD if '"' in lines[index] else 1
    window = list(lines[index : index + reach])
    if len(lines[index]) > MAX_ROW_BYTES:
        return [], 1, "the row is longer than 1 MiB"
    last = window.pop()
    reader = csv.reader(
        chain((f"{line}\n" for line in window), (last,)), delimiter=delimiter, strict=True
    )
    try:
        return next(reader), reader.line_num, None
    except StopIteration:
        return [], 1, "the row is empty"
    except csv.Error as error:
        return [], 1, f"the quotes do not match ({error})"


def _breaks_only_in_note(cells: Sequence[str], names: Sequence[str]) -> bool:
    return not any("\n" in cell for cell, name in zip(cells, names, strict=True) if name != "note")


def _number_of_broken(line: str, *, names: Sequence[str], delimiter: str) -> str | None:
    """Return the order number of a row whose columns are off, if it comes before the damage.

    Only a plain first column is certain to be where it belongs.
    """
    if names[0] != "order_number":
        return None
    number = line[:4096].split(delimiter, 1)[0].strip()
    return None if '"' in number or not number else number
