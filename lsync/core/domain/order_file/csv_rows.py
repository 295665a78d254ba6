"""CSV text as rows by column name. One broken row does not take the following ones with it."""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, islice

from lsync.core.domain.order_file.columns import check_columns, column_name
from lsync.core.domain.order_file.delimiters import (
    announced_delimiter,
    delimiter_name,
    delimiter_of,
)
from lsync.core.domain.order_file.fields import COLUMNS
from lsync.core.domain.order_file.form import AS_THEY_ARE, Renamed, rename, require_named
from lsync.core.domain.order_file.rows import (
    MAX_ROW_BYTES,
    MAX_ROWS,
    FileProblem,
    Row,
    UnreadableFileError,
    notice,
)
from lsync.core.domain.sanitise import visible

LONGEST_RECORD = 100
"""Lines a quoted text may run over; bounds the work that a quote left open can cause."""

LONGEST_PLAIN = 64 * 1024
"""Characters of a line without quotes that is split without asking the csv module."""


TOO_LONG = "field larger than field limit"
"""How the csv module's error about a cell that is too long begins."""


class _Lines:
    """The lines that are not read yet, of which the next few can be looked at."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._ahead: deque[str] = deque()
        self.number = 1
        """Of the next line."""

    def next(self) -> str | None:
        """Return the next line, or ``None`` behind the last."""
        if not self._ahead:
            self._ahead.extend(islice(self._lines, 1))
        return self._ahead[0] if self._ahead else None

    def ahead(self, count: int) -> list[str]:
        """Return the next lines, as many as there are."""
        self._ahead.extend(islice(self._lines, max(count - len(self._ahead), 0)))
        return list(islice(self._ahead, count))

    def drop(self, count: int = 1) -> None:
        """Go on behind lines that were looked at."""
        for _ in range(count):
            self._ahead.popleft()
        self.number += count


def read_csv(
    lines: Iterator[str], *, renamed: Renamed = AS_THEY_ARE
) -> Iterator[Row | FileProblem]:
    """Yield notices about the columns, and the rows below the header.

    Raises:
        UnreadableFileError: the header is unusable or there are too many rows.
    """
    left = _Lines(lines)
    delimiter = _delimiter(left, {*COLUMNS, *renamed})
    own = [column_name(cell) for cell in _header(_first(left), delimiter, line=left.number)]
    require_named(own, renamed=renamed)
    names = rename(own, renamed=renamed)
    by = delimiter_name(delimiter)
    yield from map(notice, check_columns(names, line=left.number, separated_by=by))
    left.drop()
    broken, begins = 0, None
    for count, row in enumerate(_rows(left, names=names, delimiter=delimiter), start=1):
        if row.fault is not None:
            broken, begins = broken + 1, begins or row
        if count > MAX_ROWS:
            raise _too_many(begins if broken * 2 > count else None)
        yield row


def _first(lines: _Lines) -> str:
    """Return the first line that says something; it is the next one then."""
    while (line := lines.next()) is not None:
        if line.strip():
            return line
        lines.drop()
    raise UnreadableFileError("the file is empty")


def _too_many(begins: Row | None) -> UnreadableFileError:
    """Say so, or that most lines are none: a text in quotes then runs over the file."""
    if begins is not None:
        return UnreadableFileError(
            f"most lines are no rows; it begins here: {begins.fault}", line=begins.line
        )
    return UnreadableFileError(f"the file has more than {MAX_ROWS:,} rows; split it")


def _delimiter(lines: _Lines, columns: AbstractSet[str]) -> str:
    """Return what separates the columns; the header is the next line then."""
    first = _first(lines)
    announced = announced_delimiter(first)
    if announced is None:
        return delimiter_of(first, columns)
    lines.drop()
    return announced


def _header(text: str, delimiter: str, *, line: int) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UnreadableFileError(f"the header cannot be read: {error}", line=line) from None


def _rows(lines: _Lines, *, names: Sequence[str], delimiter: str) -> Iterator[Row]:
    """Yield every row; after a broken one, go on with the very next line."""
    blank = f"{delimiter} \t"
    while (line := lines.next()) is not None:
        if not line.strip(blank):
            lines.drop()
            continue
        row, taken = _record(lines, line, names=names, delimiter=delimiter)
        yield row
        lines.drop(taken)


def _record(lines: _Lines, line: str, *, names: Sequence[str], delimiter: str) -> tuple[Row, int]:
    """Return the record that starts at the next ``line`` and the number of lines it covers.

    A record is only believed to run over several lines when it then has the right columns and
    only the note holds the line breaks and none of its further lines could be a row; else a quote
    was left open and just its line is broken.
    """
    # Without a quote the record ends with its line; most do.
    window = lines.ahead(LONGEST_RECORD) if '"' in line else [line]
    cells, taken, fault = _cells(window, names=names, delimiter=delimiter)
    fault = fault or _misfit(cells, names, lines=window[:taken], delimiter=delimiter)
    if fault is not None:
        number = _number_of_broken(line, names=names, delimiter=delimiter)
        return Row(line=lines.number, fault=fault, order_number=number), 1
    return Row(line=lines.number, cells=dict(zip(names, cells, strict=True))), taken


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
    window: Sequence[str], *, names: Sequence[str], delimiter: str
) -> tuple[list[str], int, str | None]:
    """Return the cells of the record at the beginning, the lines it covers, and what is wrong."""
    first = window[0]
    if len(first) > MAX_ROW_BYTES:
        return [], 1, "the row is longer than 1 MiB"
    if len(first) < LONGEST_PLAIN and '"' not in first:
        return first.split(delimiter), 1, None
    lines = chain((f"{line}\n" for line in window[:-1]), window[-1:])
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        return next(reader), reader.line_num, None
    except StopIteration:
        return [], 1, "the row is empty"
    except csv.Error as error:
        if str(error).startswith(TOO_LONG):
            return [], 1, _overlong(first, names=names, delimiter=delimiter)
        return [], 1, f"the quotes do not match ({error})"


def _overlong(line: str, *, names: Sequence[str], delimiter: str) -> str:
    """Return which text of a line is longer than a cell may be."""
    parts = line.split('"')
    parts[1::2] = [part.replace(delimiter, " ") for part in parts[1::2]]
    most = csv.field_size_limit()
    for place, cell in enumerate('"'.join(parts).split(delimiter)):
        if len(cell) > most:
            name = names[place] if place < len(names) else ""
            called = name or f"column {place + 1}"
            return f"{visible(called)} is too long: at most {most:,} characters are read"
    return "a quote is opened and not closed on the same line"


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
