"""``lsync log export``: the entries that match, written to a file."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lsync.cli.failures import USAGE, Failure

if TYPE_CHECKING:
    from lsync.core.control.messages import LogEntry


async def export(
    entries: "AsyncIterator[LogEntry]", file: Path, *, on_row: Callable[[int], None]
) -> int:
    """Write all entries and return their number; the file appears only when it is whole.

    Raises:
        Failure: the name ends neither in .csv nor in .jsonl, or it cannot be written.
    """
    from lsync.core.control.log_files import UnknownEndingError, write_log

    try:
        return await write_log(entries, file, on_row=on_row)
    except UnknownEndingError as unknown:
        raise Failure(
            str(unknown), next_step="Name it something.csv or something.jsonl.", code=USAGE
        ) from unknown
    except OSError as error:
        raise Failure(
            f"{file} cannot be written.",
            why=f"{error.strerror or error}.",
            next_step="Check the folder, its permissions and the space on the disk.",
        ) from error
