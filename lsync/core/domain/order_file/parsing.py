"""From the bytes of a file to its rows, one after the other: which format it is written in."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import IO

from lsync.core.domain.order_file.csv_rows import read_csv
from lsync.core.domain.order_file.foreign_bytes import ForeignBytes, is_marked
from lsync.core.domain.order_file.form import Renamed, read_renaming
from lsync.core.domain.order_file.format import Format, recognise
from lsync.core.domain.order_file.json_rows import read_json, read_json_lines
from lsync.core.domain.order_file.rows import FileProblem, Row, UnreadableFileError, notice
from lsync.core.domain.order_file.text import lines_of, pieces_of, with_line_feeds


def read_rows(
    file: IO[bytes],
    *,
    filename: str,
    encoding: str | None = None,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Row | FileProblem]:
    """Yield the rows of a file in their order, and between them notices about all of it.

    The format follows from the name's ending (``.json``, ``.jsonl``, ``.ndjson``, ``.csv``,
    ``.tsv``, ``.txt``); with any other it is recognised by how the text begins.
    Without ``encoding`` it is UTF-8. ``columns`` gives the file's name for a column of ours.

    No more of the file is held than a row, or an element of a JSON array, takes.

    Raises:
        UnreadableFileError: nothing of the file can be used, and no row that was yielded before.
    """
    foreign = ForeignBytes(marked=is_marked(file))
    pieces = pieces_of(file, encoding=encoding)
    if encoding is None:
        pieces = foreign.watched(pieces)
    try:
        yield from _rows(pieces, filename=filename, renamed=read_renaming(columns))
    except UnreadableFileError as error:
        # A column whose name cannot be read is missed first.
        raise error if foreign.advice is None else error.advised(foreign.advice) from None
    if foreign.advice is not None:
        yield notice(foreign.advice)


def _rows(pieces: Iterator[str], *, filename: str, renamed: Renamed) -> Iterator[Row | FileProblem]:
    seen = False
    for found in _read(pieces, filename=filename, renamed=renamed):
        seen = seen or isinstance(found, Row)
        yield found
    if not seen:
        raise UnreadableFileError("the file has no rows")


def _read(pieces: Iterator[str], *, filename: str, renamed: Renamed) -> Iterator[Row | FileProblem]:
    found, pieces = recognise(pieces, filename=filename)
    if found is Format.JSON_LINES:
        return read_json_lines(lines_of(pieces), renamed=renamed)
    if found is Format.JSON:
        return read_json(pieces, renamed=renamed)
    return read_csv(lines_of(with_line_feeds(pieces)), renamed=renamed)
