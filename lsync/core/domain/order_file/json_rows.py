"""JSON and JSON lines as rows by column name; orders with ``lines`` are laid out flat."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NoReturn

from lsync.core.domain.order_file.columns import column_name, unknown_columns
from lsync.core.domain.order_file.fields import JsonNumber
from lsync.core.domain.order_file.form import AS_THEY_ARE, Renamed, rename, require_named
from lsync.core.domain.order_file.rows import (
    MAX_ROW_BYTES,
    MAX_ROWS,
    Row,
    Table,
    UnreadableFileError,
    UnreadableRowError,
)

_BLANK = " \t\r\n"


class _TwiceNamedError(ValueError):
    """An object names a field twice; which of both is meant cannot be known."""


def read_json(text: str, *, renamed: Renamed = AS_THEY_ARE) -> Table:
    """Return the rows of a JSON array, or of a single object.

    Raises:
        UnreadableFileError: it is not JSON, or not an array of objects.
    """
    return _table(_elements(text), renamed=renamed, counted=_is_array(text))


def read_json_lines(text: str, *, renamed: Renamed = AS_THEY_ARE) -> Table:
    """Return the rows of a file with one JSON object per line.

    Raises:
        UnreadableFileError: there are too many rows.
    """
    return _table(_lines(text), renamed=renamed)


def _is_array(text: str) -> bool:
    return text.lstrip(_BLANK).startswith("[")


def _table(
    found: Iterator[tuple[int, object]], *, renamed: Renamed, counted: bool = False
) -> Table:
    rows: list[Row] = []
    names: dict[str, None] = {}
    for number, (line, value) in enumerate(found, start=1):
        element = number if counted else None
        for row in (replace(each, element=element) for each in _flatten(value, line=line)):
            names.update(dict.fromkeys(row.cells))
            rows.append(_called(row, renamed))
            if len(rows) > MAX_ROWS:
                raise UnreadableFileError(f"the file has more than {MAX_ROWS:,} rows; split it")
    require_named(names, renamed=renamed)
    return Table(rows=rows, notices=unknown_columns(rename(names, renamed=renamed)))


def _called(row: Row, renamed: Renamed) -> Row:
    """The row with the columns by our names."""
    if not renamed or row.fault is not None:
        return row
    names = rename(row.cells, renamed=renamed)
    return replace(row, cells=dict(zip(names, row.cells.values(), strict=True)))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = {column_name(key): value for key, value in pairs}
    if len(found) != len(pairs):
        raise _TwiceNamedError("an object names the same field twice")
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=JsonNumber,
    parse_int=JsonNumber,
    parse_constant=_refuse_constant,
)


def _elements(text: str) -> Iterator[tuple[int, object]]:
    """Yield the array's elements with the line each begins on."""
    index = _skip(text, 0)
    if text[index : index + 1] != "[":
        value, end = _decode(text, index)
        if _skip(text, end) != len(text):
            raise UnreadableFileError(
                "there is text after the end of the JSON; for one object per line name the file "
                ".jsonl",
                line=_line(text, end),
            )
        yield _line(text, index), value
        return
    index = _skip(text, index + 1)
    line, counted = 1, 0
    number = 0
    while text[index : index + 1] != "]":
        number += 1
        value, end = _decode(text, index, what=f"element {number}")
        line += text.count("\n", counted, index)
        counted = index
        yield line, value
        index = _skip(text, end)
        if text[index : index + 1] == ",":
            index = _skip(text, index + 1)
        elif text[index : index + 1] != "]":
            message = f"expected a comma or ] after element {number}"
            raise UnreadableFileError(message, line=_line(text, index))
    if _skip(text, index + 1) != len(text):
        raise UnreadableFileError("there is text after the last ]", line=_line(text, index))


def _decode(text: str, index: int, *, what: str = "this") -> tuple[object, int]:
    try:
        return _DECODER.raw_decode(text, index)
    except json.JSONDecodeError as error:
        raise UnreadableFileError(f"{what} is not JSON: {error.msg}", line=error.lineno) from None
    except RecursionError:
        raise UnreadableFileError(f"{what} is nested too deeply") from None
    except ValueError as error:
        raise UnreadableFileError(f"{what}: {error}", line=_line(text, index)) from None


def _lines(text: str) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip(_BLANK):
            continue
        if len(line) > MAX_ROW_BYTES:
            yield number, UnreadableRowError("the line is longer than 1 MiB")
            continue
        try:
            yield number, _DECODER.decode(line)
        except RecursionError:
            yield number, UnreadableRowError("the JSON is nested too deeply")
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
    if not isinstance(lines, list) or not lines:
        yield Row(line=line, fault="the order has no lines", order_number=known)
        return
    for place, entry in enumerate(lines, start=1):
        if not isinstance(entry, Mapping):
            fault = f"line {place} of the order is not an object"
            yield Row(line=line, fault=fault, order_number=known)
            continue
        twice = sorted(key for key in entry if key in header and entry[key] != header[key])
        if twice:
            fault = f"line {place} of the order contradicts its {', '.join(twice)}"
            yield Row(line=line, fault=fault, order_number=known)
            continue
        yield Row(line=line, cells={**header, **entry})


def _skip(text: str, index: int) -> int:
    while index < len(text) and text[index] in _BLANK:
        index += 1
    return index


def _line(text: str, index: int) -> int:
    return text.count("\n", 0, index) + 1
