"""Taking in order files that arrived over the control socket."""

import io
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import IO

from lsync.core.control import messages as m
from lsync.core.control.errors import ControlError
from lsync.core.domain.order_file import DecimalMark, FileProblem, FileProblemKind
from lsync.core.sync.importing import (
    FileForm,
    ImportedOrder,
    ImportStopped,
    import_file,
)
from lsync.daemon.application import Application
from lsync.daemon.presenting.orders import problem
from lsync.daemon.refusals import EXIT_RETRY


async def import_orders(
    application: Application,
    file: IO[bytes],
    *,
    request: m.ImportRequest,
    directory: Path,
    report: IO[bytes],
    tally: "Tally",
) -> None:
    """Bring in the orders of a file; each comes in whole or not at all.

    The ``ImportReport`` is written as JSON into ``report`` while they do: it can be long as well.
    ``tally`` counts what is in, however this ends.

    Raises:
        ControlError: 503: the daemon ends, or has been asked to.
        OSError, sqlite3.Error: there is no room in ``directory``.
    """
    form = FileForm(
        filename=request.filename,
        decimal=DecimalMark(request.decimal),
        encoding=request.encoding,
        columns=request.columns,
    )
    writer = _ReportWriter(report, request)
    with application.imports.one(watch=request.watch) as tell, _explained():

        def hear(done: int, total: int) -> None:
            tally.done, tally.total = done, total
            tell(done, total)

        found = import_file(
            application.database,
            file,
            form=form,
            directory=directory,
            sent=request.sent,
            dry_run=request.dry_run,
            on_progress=hear,
            stopping=lambda: application.imports.stopping,
        )
        async with aclosing(found):
            async for each in found:
                writer.add(each)
    writer.end()


def progress(application: Application, watch: str) -> m.ImportProgress:
    """How far an import is that is running under that name."""
    return application.imports.progress(watch)


class Tally:
    """How many orders of a file were dealt with, for an import that breaks off."""

    def __init__(self, *, dry_run: bool) -> None:
        """A ``dry_run`` takes none in."""
        self._dry_run = dry_run
        self.done = 0
        """Each of these is in, or stays out for its rows."""
        self.total = 0
        """Of how many; 0 until the file was read to its end."""

    def told_in(self, message: m.ErrorMessage) -> m.ErrorMessage:
        """What broke the import off, and how much of it had been done."""
        if self._dry_run or not self.done:
            return message
        told = f"{message.error} {self.done:,} of {self.total:,} orders are done."
        return message.model_copy(update={"error": told})


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except ImportStopped as stopped:
        raise ControlError(STOPPING, status=503) from stopped


STOPPING = m.ErrorMessage(
    error="The daemon is stopping, so it does not go on with the import.",
    why="It was asked to stop.",
    next_step="When it runs again import the file once more: orders that are in are not taken "
    "twice.",
    exit_code=EXIT_RETRY,
)


class _ReportWriter:
    """Writes an ``ImportReport`` piece by piece: all orders, then all problems of the file."""

    def __init__(self, file: IO[bytes], request: m.ImportRequest) -> None:
        begun = m.ImportReport(filename=request.filename, dry_run=request.dry_run)
        head = begun.model_dump_json(exclude={"orders", "problems"}).removesuffix("}")
        self._file = file
        self._separator = ""
        self._among_problems = False
        self._write(f'{head},"orders":[')

    def add(self, found: ImportedOrder | FileProblem) -> None:
        if isinstance(found, FileProblem):
            self._begin_problems()
            self._item(_row(found).model_dump_json())
        else:
            self._item(_order(found).model_dump_json())

    def end(self) -> None:
        self._begin_problems()
        self._write("]}")
        self._file.seek(0, io.SEEK_SET)

    def _begin_problems(self) -> None:
        if not self._among_problems:
            self._write('],"problems":[')
            self._among_problems, self._separator = True, ""

    def _item(self, text: str) -> None:
        self._write(f"{self._separator}{text}")
        self._separator = ","

    def _write(self, text: str) -> None:
        self._file.write(text.encode())


def _order(imported: ImportedOrder) -> m.ImportedOrder:
    return m.ImportedOrder(
        order_number=imported.order_number,
        result=imported.outcome.value,
        lines=imported.lines,
        changes=imported.changes,
        problems=tuple(_row(each) for each in imported.problems),
        wrong_rows=imported.wrong_rows,
        warnings=tuple(problem(each) for each in imported.warnings),
    )


def _row(found: FileProblem) -> m.RowProblem:
    return m.RowProblem(
        line=found.line,
        element=found.element,
        order_number=found.order_number,
        message=found.message,
        notice=found.kind is FileProblemKind.NOTICE,
    )
