"""Taking in order files that arrived over the control socket."""

import base64
import binascii
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lsync.core.control import messages as m
from lsync.core.domain.order_file import DecimalMark, FileProblem, FileProblemKind
from lsync.core.sync.importing import ImportedOrder, import_file
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import bad_input
from lsync.daemon.presenting.orders import problem


async def import_orders(application: Application, request: m.ImportRequest) -> m.ImportReport:
    """Bring in the orders of a file; each comes in whole or not at all.

    Raises:
        ControlError: 422: the content is not base64.
    """
    try:
        content = base64.b64decode(request.content_base64, validate=True)
    except (binascii.Error, ValueError) as failure:
        raise bad_input(
            "The file did not arrive whole.",
            why="Its content is not base64.",
            next_step="Import it with `lsync po import FILE`.",
        ) from failure
    with _watched(application, request.watch) as tell:
        done = await import_file(
            application.database,
            content,
            filename=request.filename,
            decimal=DecimalMark(request.decimal),
            encoding=request.encoding,
            columns=request.columns,
            sent=request.sent,
            dry_run=request.dry_run,
            on_progress=tell,
        )
    return m.ImportReport(
        filename=done.filename,
        dry_run=done.dry_run,
        orders=tuple(_order(each) for each in done.orders),
        problems=tuple(_row(each) for each in done.problems),
    )


def progress(application: Application, watch: str) -> m.ImportProgress:
    """How far an import is that is running under that name."""
    return application.imports.get(watch, m.ImportProgress())


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
