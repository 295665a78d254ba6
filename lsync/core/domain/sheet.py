"""Small tables that people give (invoices, adjustments): CSV or JSON, read whole or not at all.

Order files, which may be huge and half broken, are read by ``order_file``.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from lsync.core.domain.order_file.columns import column_name
from lsync.core.domain.order_file.csv_rows import TOO_LONG
from lsync.core.domain.order_file.delimiters import (
    announced_delimiter,
    delimiter_name,
    delimiter_of,
)
from lsync.core.domain.order_file.fields import read_day, read_number, read_text
from lsync.core.domain.order_file.format import Format, recognise
from lsync.core.domain.order_file.rows import (
    DecimalMark,
    UnreadableFileError,
    UnreadableRowError,
    place_of,
    quoted,
)
from lsync.core.domain.order_file.text import text_of

MOST_ROWS = 20_000
NO_LIST = "the file has to hold a list of objects, one for each row"

Fault = tuple[int | None, str]
"""What is wrong with a file, and its line; ``None``: the file, or what the text says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row by column name, or the ``fault`` why it cannot be read.

    ``line`` counts from 1, header included; the elements of a JSON array are counted as well.
    """

    line: int
    element: int | None = None
    cells: Mapping[str, object] = field(default_factory=dict)
    fault: str | None = None

    @property
    def place(self) -> str:
        """How a message names it; all elements may stand on one line, which says nothing then."""
        return place_of(None if self.element else self.line, self.element)

    def wrong(self, why: str) -> Fault:
        """Something that is wrong with it."""
        return (self.line, why) if self.element is None else (None, f"{self.place}: {why}")


@dataclass(slots=True)
class Cells:
    """Reads one row's cells and collects what is wrong instead of stopping at the first."""

    row: SheetRow
    decimal: DecimalMark = DecimalMark.POINT
    longest: Mapping[str, int] = field(default_factory=dict)
    """Characters that columns may have which are not like those of an order file."""
    faults: list[str] = field(default_factory=list)

    def text(self, column: str) -> str | None:
        """Return the cell trimmed, or ``None`` if it is empty."""
        value = self.row.cells.get(column)
        shown = str(value) if isinstance(value, int | Decimal) else value
        try:
            return read_text(shown, column=column, longest=self.longest.get(column))
        except UnreadableRowError as error:
            self.faults.append(str(error))
            return None

    def required(self, column: str) -> str:
        """Return the cell, which may not be empty."""
        before = len(self.faults)
        found = self.text(column)
        if found is None and len(self.faults) == before:
            self.faults.append(f"{column} is missing")
        return found or ""

    def number(self, column: str) -> Decimal | None:
        """Return an exact decimal, or ``None`` if there is none; JSON's always have a point."""
        raw, before = self.row.cells.get(column), len(self.faults)
        text = self.required(column)
        if len(self.faults) > before:
            return None
        mark = DecimalMark.POINT if isinstance(raw, int | Decimal) else self.decimal
        try:
            return read_number(text, column=column, decimal=mark)
        except UnreadableRowError as error:
            self.faults.append(str(error))
            return None

    def day(self, column: str) -> date | None:
        """Return a calendar day, or ``None`` if the cell is empty."""
        text = self.text(column)
        try:
            return None if text is None else read_day(text, column=column)
        except UnreadableRowError as error:
            self.faults.append(str(error))
            return None


def read_sheet(
    content: bytes, *, filename: str, required: Sequence[str], encoding: str | None = None
) -> list[SheetRow]:
    """Return the rows of a CSV, JSON or JSON lines file; without ``encoding`` it is UTF-8.

    Raises:
        UnreadableFileError: it is no such table or not written so, a column of ``required`` is
            missing, or it has more than 20,000 rows.
    """
    text = text_of(content, encoding=encoding)
    found, _ = recognise(iter((text,)), filename=filename)
    if found is Format.CSV:
        rows = list(_csv(text, required))
    else:
        rows = _json(text) if found is Format.JSON else list(_json_lines(text))
    if not rows:
        raise UnreadableFileError("the file has no rows")
    if len(rows) > MOST_ROWS:
        raise UnreadableFileError(f"the file has more than {MOST_ROWS:,} rows; split it")
    if found is not Format.CSV:
        _check_fields(rows, required)
    return rows


def _check_fields(rows: Sequence[SheetRow], required: Sequence[str]) -> None:
    readable = [row for row in rows if row.fault is None]
    missing = [name for name in required if all(name not in row.cells for row in readable)]
    if readable and missing:
        raise UnreadableFileError(
            f"the fields {', '.join(missing)} are missing; needed are {', '.join(required)}"
        )


def _csv(text: str, required: Sequence[str]) -> Iterator[SheetRow]:
    """Yield the rows; after one that cannot be read it goes on with the next line."""
    lines = list(io.StringIO(text, newline=""))
    top = _behind_blanks(lines, 0)
    delimiter = announced_delimiter(lines[top])
    top = top if delimiter is None else _behind_blanks(lines, top + 1)
    delimiter = delimiter or delimiter_of(lines[top], {*required})
    reader = csv.reader(lines[top:], delimiter=delimiter, strict=True)
    names: list[str] = []
    while True:
        begins = top + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if not names:
                raise UnreadableFileError(_unreadable(error), line=begins) from None
            yield SheetRow(line=begins, fault=_unreadable(error))
            continue
        if cells is None:
            return
        if not names:
            names = _header(cells, line=begins)
            _check_names(names, required, line=begins, delimiter=delimiter)
        elif any(cell.strip() for cell in cells):
            yield _row(cells, names, line=begins)


def _behind_blanks(lines: Sequence[str], place: int) -> int:
    """Return where the next line is that says something.

    Raises:
        UnreadableFileError: there is none.
    """
    for number in range(place, len(lines)):
        if lines[number].strip():
            return number
    raise UnreadableFileError("the file has no rows")


def _row(cells: Sequence[str], names: Sequence[str], *, line: int) -> SheetRow:
    if len(cells) != len(names):
        told = f"the row has {len(cells)} columns, the header has {len(names)}"
        return SheetRow(line=line, fault=told)
    return SheetRow(line=line, cells=dict(zip(names, cells, strict=True)))


def _check_names(
    names: Sequence[str], required: Sequence[str], *, line: int, delimiter: str
) -> None:
    missing = [name for name in required if name not in names]
    if missing:
        raise UnreadableFileError(
            "the header, whose columns were taken to be separated by "
            f"{delimiter_name(delimiter)}, lacks {', '.join(missing)}; needed are "
            f"{', '.join(required)}",
            line=line,
        )


def _header(cells: Sequence[str], *, line: int) -> list[str]:
    names = [column_name(cell) for cell in cells]
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        told = ", ".join(quoted(name) for name in sorted(twice))
        raise UnreadableFileError(f"the header names {told} more than once", line=line)
    return names


def _unreadable(error: csv.Error) -> str:
    if str(error).startswith(TOO_LONG):
        return f"a text is longer than {csv.field_size_limit():,} characters"
    return f"the quotes do not match ({error})"


def _json(text: str) -> list[SheetRow]:
    found = _value(text)
    if not isinstance(found, list):
        raise UnreadableFileError(NO_LIST)
    return [_object(it, line=place, element=place) for place, it in enumerate(found, start=1)]


def _json_lines(text: str) -> Iterator[SheetRow]:
    for line, it in enumerate(text.split("\n"), start=1):
        if it.strip():
            try:
                yield _object(_value(it, what="the line"), line=line)
            except UnreadableFileError as error:
                yield SheetRow(line=line, fault=str(error))


def _object(value: object, *, line: int, element: int | None = None) -> SheetRow:
    if not isinstance(value, dict):
        return SheetRow(line=line, element=element, fault="it is no object with the columns in it")
    cells = {column_name(str(name)): cell for name, cell in value.items()}
    return SheetRow(line=line, element=element, cells=cells)


def _value(text: str, *, what: str = "the file") -> object:
    """Return what ``text`` holds; ``what`` is what errors call it."""
    try:
        return json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        told = f"{what} is no JSON: {error.msg} (character {error.colno})"
        raise UnreadableFileError(told, line=error.lineno) from None
    except RecursionError:
        raise UnreadableFileError(f"{what} is nested too deeply") from None
    except ValueError as error:
        raise UnreadableFileError(f"{what} is no JSON: {str(error)[:80]}") from None
