"""Small tables that people give (invoices, adjustments): CSV or JSON, read whole or not at all.

Order files, which may be huge and half broken, are read by ``order_file``.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from lsync.core.domain.order_file.columns import column_name
from lsync.core.domain.order_file.csv_rows import TOO_LONG
from lsync.core.domain.order_file.fields import read_day, read_number, read_text
from lsync.core.domain.order_file.format import Format, recognise
from lsync.core.domain.order_file.rows import (
    DecimalMark,
    UnreadableFileError,
    UnreadableRowError,
    quoted,
)
from lsync.core.domain.order_file.text import decode

MOST_ROWS = 20_000
NO_LIST = "the file has to hold a list of objects, one for each row"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row by column name; ``line`` counts from 1, header included."""

    line: int
    cells: Mapping[str, object]


@dataclass(slots=True)
class Cells:
    """Reads one row's cells and collects what is wrong instead of stopping at the first."""

    row: SheetRow
    decimal: DecimalMark = DecimalMark.POINT
    faults: list[str] = field(default_factory=list)

    def text(self, column: str) -> str | None:
        """Return the cell trimmed, or ``None`` if it is empty."""
        value = self.row.cells.get(column)
        shown = str(value) if isinstance(value, int | Decimal) else value
        try:
            return read_text(shown, column=column)
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

    def number(self, column: str) -> Decimal:
        """Return an exact decimal; JSON's numbers always have a point."""
        raw, before = self.row.cells.get(column), len(self.faults)
        text = self.required(column)
        if len(self.faults) > before:
            return Decimal(0)
        mark = DecimalMark.POINT if isinstance(raw, int | Decimal) else self.decimal
        try:
            return read_number(text, column=column, decimal=mark)
        except UnreadableRowError as error:
            self.faults.append(str(error))
            return Decimal(0)

    def day(self, column: str) -> date | None:
        """Return a calendar day, or ``None`` if the cell is empty."""
        text = self.text(column)
        try:
            return None if text is None else read_day(text, column=column)
        except UnreadableRowError as error:
            self.faults.append(str(error))
            return None


def read_sheet(content: bytes, *, filename: str, required: Sequence[str]) -> list[SheetRow]:
    """Return the rows of a CSV, JSON or JSON lines file.

    Raises:
        UnreadableFileError: it is no such table, a column of ``required`` is missing, or it has
            more than 20,000 rows.
    """
    text = decode(content)
    found, _ = recognise(iter((text,)), filename=filename)
    rows = _READERS[found](text)
    if not rows:
        raise UnreadableFileError("the file has no rows")
    if len(rows) > MOST_ROWS:
        raise UnreadableFileError(f"the file has more than {MOST_ROWS:,} rows; split it")
    missing = [name for name in required if all(name not in row.cells for row in rows)]
    if missing:
        raise UnreadableFileError(
            f"the columns {', '.join(missing)} are missing; needed are {', '.join(required)}"
        )
    return rows


def _csv(text: str) -> list[SheetRow]:
    lines = text.splitlines()
    header = next((line for line in lines if line.strip()), "")
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] = []
    rows = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = _header(cells, line=reader.line_num)
                continue
            if len(cells) != len(names):
                told = f"{len(cells)} cells under {len(names)} column names"
                raise UnreadableFileError(told, line=reader.line_num)
            cells_by_name = dict(zip(names, cells, strict=True))
            rows.append(SheetRow(line=reader.line_num, cells=cells_by_name))
    except csv.Error as error:
        raise UnreadableFileError(_unreadable(error), line=reader.line_num) from None
    return rows


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
    return [_object(it, line=place) for place, it in enumerate(found, start=1)]


def _json_lines(text: str) -> list[SheetRow]:
    lines = enumerate(text.split("\n"), start=1)
    return [_object(_value(it, line=place), line=place) for place, it in lines if it.strip()]


def _object(value: object, *, line: int) -> SheetRow:
    if not isinstance(value, dict):
        raise UnreadableFileError(NO_LIST, line=line)
    cells = {column_name(str(name)): cell for name, cell in value.items()}
    return SheetRow(line=line, cells=cells)


def _value(text: str, *, line: int = 1) -> object:
    """Return what ``text`` holds, which begins on ``line``."""
    try:
        return json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        told = f"the file is no JSON: {error.msg} (character {error.colno})"
        raise UnreadableFileError(told, line=line + error.lineno - 1) from None
    except RecursionError:
        raise UnreadableFileError("the file is nested too deeply", line=line) from None
    except ValueError as error:
        raise UnreadableFileError(f"the file is no JSON: {str(error)[:80]}", line=line) from None


_READERS = {Format.CSV: _csv, Format.JSON: _json, Format.JSON_LINES: _json_lines}
