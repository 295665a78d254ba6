"""The log as it is filtered, written to a file page by page. No screen."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from lsync.core.control.log_files import write_log
from lsync.core.control.messages import LogEntry
from lsync.tui.model import Subject
from lsync.tui.reading import READERS, read_page
from lsync.tui.session import Session
from lsync.tui.view.query import Query

Keeps = Callable[[LogEntry], bool]
"""Whether an entry passes what the daemon does not look for."""


def usual_name(now: datetime) -> str:
    """Return the name offered for the file."""
    return f"~/lsync-log-{now:%Y-%m-%d-%H%M}.csv"


async def export_log(
    session: Session, query: Query, file: Path, *, keeps: Keeps, on_row: Callable[[int], None]
) -> int:
    """Write every entry that passes ``query``, newest first, and return how many.

    Raises:
        ControlError: the daemon refused or is away.
        UnknownEndingError: the file's name ends neither in .csv nor in .jsonl.
        OSError: it cannot be written.
    """
    return await write_log(_entries(session, query, keeps), file, on_row=on_row)


async def _entries(session: Session, query: Query, keeps: Keeps) -> AsyncIterator[LogEntry]:
    last: LogEntry | None = None
    while True:
        page = await session.ask(partial(read_page, READERS[Subject.LOG], query, last))
        for entry in page:
            if keeps(entry):
                yield entry
        if not page:
            return
        last = page[-1]
