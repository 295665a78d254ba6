"""Taking in order files that arrived over the control socket."""

import io
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import IO

from lsync.core.control import messages as m
from lsync.core.domain.order_file import DecimalMark, FileProblem, FileProblemKind
from lsync.core.sync.importing import FileForm, ImportedOrder, import_file
from lsync.daemon.application import Application
from lsync.daemon.presenting.orders import problem


async def import_orders(
    application: Application,
    file: IO[bytes],
    *,
    request: m.ImportRequest,
    directory: Path,
    report: IO[bytes],
) -> None:
    """Bring in the orders of a file; each comes in whole or not at all.

    The ``ImportReport`` is written as JSON into ``report`` while they do: it can be long as well.

    Raises:
        OSError, sqlite3.Error: there is no room in ``directory``.
    """
    form = FileForm(
        filename=request.filename,
        decimal=DecimalMark(request.decimal),
        encoding=request.encoding,
        columns=request.columns,
    )
    writer = _ReportWriter(report, request)
    with _watched(application, request.watch) as tell:
        found = import_file(
            application.database,
            file,
            form=form,
            directory=directory,
            sent=request.sent,
            dry_run=request.dry_run,
            on_progress=tell,
        )
        async with aclosing(found):
            async for each in found:
                writer.add(each)
    writer.end()


def progress(application: Application, watch: str) -> m.ImportProgress:
    """How far an import is that is running under that name."""
    return application.imports.get(watch, m.ImportProgress())


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


@contextmanager
def _watched(application: Application, watch: str | None) -> Iterator[Callable[[int, int], None]]:
    """Keep how far it is for whoever asks while it runs."""
    if watch is None:
        yield lambda _done, _total: None
        return

    def tell(done: int, total: int) -> None:
        application.imports[watch] = m.ImportProgress(done=done, total=total)

    try:
        yield tell
    finally:
        application.imports.pop(watch, None)


def _order(imported: ImportedOrder) -> m.ImportedOrder:
    return m.ImportedOrder(
        order_number=imported.order_number,
        result=imported.outcome.value,
        lines=imported.lines,
        changes=imported.changes,
        problems=tuple(_row(each) for each in imported.problems),
        warnings=tuple(problem(each) for each in imported.warnings),
    )


def _row(found: FileProblem) -> m.RowProblem:
    return m.RowProblem(
        line=found.line,
        order_number=found.order_number,
        message=found.message,
        notice=found.kind is FileProblemKind.NOTICE,
    )
