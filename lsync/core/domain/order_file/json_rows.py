"""JSON and JSON lines as rows by column name; orders with ``lines`` are laid out flat."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from lsync.core.domain.order_file.columns import MOST_COLUMNS, unknown_columns
from lsync.core.domain.order_file.form import AS_THEY_ARE, Renamed, rename, require_named
from lsync.core.domain.order_file.json_window import DECODER, JsonWindow
from lsync.core.domain.order_file.rows import (
    MAX_ROW_BYTES,
    MAX_ROWS,
    FileProblem,
    Row,
    UnreadableFileError,
    UnreadableRowError,
    notice,
)
from lsync.core.domain.sanitise import visible

_BLANK = " \t\r\n"


def read_json(
    pieces: Iterator[str], *, renamed: Renamed = AS_THEY_ARE
) -> Iterator[Row | FileProblem]:
    """Yield the rows of a JSON array, or of a single object, and notices about their fields.

    Raises:
        UnreadableFileError: it is not JSON, or not an array of objects.
    """
    window = JsonWindow(pieces)
    if window.next() == "[":
        return _table(_elements(window), renamed=renamed, counted=True)
    return _table(_only_value(window), renamed=renamed)


def read_json_lines(
    lines: Iterable[str], *, renamed: Renamed = AS_THEY_ARE
) -> Iterator[Row | FileProblem]:
    """Yield the rows of a file with one JSON object per line, and notices about their fields.

    Raises:
        UnreadableFileError: there are too many rows.
    """
    return _table(_lines(lines), renamed=renamed)


def _table(
    found: Iterator[tuple[int, object]], *, renamed: Renamed, counted: bool = False
) -> Iterator[Row | FileProblem]:
    names: dict[str, None] = {}
    count = 0
    for number, (line, value) in enumerate(found, start=1):
        for row in _flatten(value, line=line):
            count += 1
            if count > MAX_ROWS:
                raise UnreadableFileError(f"the file has more than {MAX_ROWS:,} rows; split it")
            _note_names(names, row, renamed)
            yield _called(row, renamed, element=number if counted else None)
    require_named(names, renamed=renamed)
    yield from map(notice, unknown_columns(rename(names, renamed=renamed)))


def _note_names(names: dict[str, None], row: Row, renamed: Renamed) -> None:
    """Remember the fields that were named, and of others no more than a table may have."""
    for name in row.cells:
        if name not in names and (name in renamed or len(names) < MOST_COLUMNS):
            names[name] = None


def _called(row: Row, renamed: Renamed, *, element: int | None) -> Row:
    """The row with the columns by our names, and the place of its element."""
    if not renamed or row.fault is not None:
        return row if element is None else replace(row, element=element)
    names = rename(row.cells, renamed=renamed)
    return replace(row, cells=dict(zip(names, row.cells.values(), strict=True)), element=element)


def _only_value(window: JsonWindow) -> Iterator[tuple[int, object]]:
    """Yield the one value that the text holds, with the line it begins on."""
    line = window.line
    value = window.value(what="this")
    ends = window.line
    if window.next():
        raise UnreadableFileError(
            "there is text after the end of the JSON; for one object per line name the file .jsonl",
            line=ends,
        )
    yield line, value


def _elements(window: JsonWindow) -> Iterator[tuple[int, object]]:
    """Yield the array's elements with the line each begins on."""
    window.drop()
    number = 0
    while window.next() != "]":
        number += 1
        line = window.line
        yield line, window.value(what=f"element {number}")
        follows = window.next()
        if follows == ",":
            window.drop()
        elif follows != "]":
            message = f"expected a comma or ] after element {number}"
            raise UnreadableFileError(message, line=window.line)
    line = window.line
    window.drop()
    if window.next():
        raise UnreadableFileError("there is text after the last ]", line=line)


def _lines(lines: Iterable[str]) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip(_BLANK):
            continue
        if len(line) > MAX_ROW_BYTES:
            yield number, UnreadableRowError("the line is longer than 1 MiB")
            continue
        try:
            yield number, DECODER.decode(line)
        except RecursionError:
            yield number, UnreadableRowError("the JSON is nested too deeply")
        except json.JSONDecodeError as error:
            told = f"this is not JSON: {error.msg} (character {error.colno})"
            yield number, UnreadableRowError(told)
        except ValueError as error:
            yield number, UnreadableRowError(f"this is not JSON: {error}")


def _flatten(value: object, *, line: int) -> Iterator[Row]:
    """Yield one row per line of an order, or the row itself."""
    if isinstance(value, UnreadableRowError):
        yield Row(line=line, fault=str(value))
        return
    if not isinstance(value, Mapping):
        yield Row(line=line, fault="expected an object with the columns as fields")
        return
    if "lines" not in value:
        yield Row(line=line, cells=value)
        return
    yield from _order(value, line=line)


def _order(order: Mapping[str, object], *, line: int) -> Iterator[Row]:
    header = {key: cell for key, cell in order.items() if key != "lines"}
    number = header.get("order_number")
    known = number if isinstance(number, str) else None
    lines = order["lines"]
    if not isinstance(lines, list):
        yield Row(line=line, fault="lines is not a list", order_number=known)
        return
    if not lines:
        yield Row(line=line, fault="the order has no lines", order_number=known)
        return
    for place, entry in enumerate(lines, start=1):
        if not isinstance(entry, Mapping):
            fault = "it is not an object"
            yield Row(line=line, fault=fault, order_number=known, order_line=place)
            continue
        twice = sorted(key for key in entry if key in header and entry[key] != header[key])
        if twice:
            fault = f"it contradicts the order's {visible(', '.join(twice))}"
            yield Row(line=line, fault=fault, order_number=known, order_line=place)
            continue
        yield Row(line=line, cells={**header, **entry}, order_line=place)
