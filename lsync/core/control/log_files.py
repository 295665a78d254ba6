"""Log entries written to a file, as CSV for spreadsheets or JSON lines for programs.

A spreadsheet would run a cell that begins like a formula, so CSV cells are made harmless.
"""

import csv
import json
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from lsync.core.control.messages import LogEntry
from lsync.core.control.sheets import sheet_cell

CELLS = (
    "id",
    "created_at",
    "order_number",
    "consignment_id",
    "job_id",
    "operation",
    "step",
    "status",
    "message",
    "duration_ms",
    "detail",
)
Writer = Callable[[LogEntry], None]


class UnknownEndingError(ValueError):
    """The name of the file ends neither in .csv nor in .jsonl."""


async def write_log(
    entries: AsyncIterator[LogEntry], file: Path, *, on_row: Callable[[int], None]
) -> int:
    """Write all entries and return their number; the file appears only when it is whole.

    Raises:
        UnknownEndingError: the ending does not say how to write it.
        OSError: it cannot be written.
    """
    make_writer = WRITERS.get(file.suffix.lower())
    if make_writer is None:
        raise UnknownEndingError(f"{file} has no ending that says how to write it.")
    count = 0
    with _whole_or_nothing(file) as stream:
        write = make_writer(stream)
        async for entry in entries:
            write(entry)
            count += 1
            on_row(count)
    return count


@contextmanager
def _whole_or_nothing(file: Path) -> Iterator[TextIO]:
    """A stream whose text becomes ``file`` at the end, and nothing when interrupted."""
    unfinished, path = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(unfinished, "w", encoding="utf-8", newline="") as stream:
            yield stream
        Path(path).replace(file)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(path).unlink()
        raise


def _csv_writer(stream: TextIO) -> Writer:
    rows = csv.writer(stream)
    rows.writerow(CELLS)
    return lambda entry: rows.writerow(_cells(entry))


def _cells(entry: LogEntry) -> list[str]:
    values = entry.model_dump(mode="json")
    return [sheet_cell(values[name]) for name in CELLS]


def _json_writer(stream: TextIO) -> Writer:
    def write(entry: LogEntry) -> None:
        stream.write(json.dumps(entry.model_dump(mode="json"), separators=(",", ":")) + "\n")

    return write


WRITERS: dict[str, Callable[[TextIO], Writer]] = {".csv": _csv_writer, ".jsonl": _json_writer}
