"""Routes of order files: in as they are, and the report out, both by way of the disk."""

import io
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from lsync.core.control import messages as m
from lsync.core.control.errors import ControlError
from lsync.core.store.errors import StoreError
from lsync.daemon.application import Application
from lsync.daemon.operations import importing
from lsync.daemon.operations.spooling import discard, explained, receive, spool, spool_directory
from lsync.daemon.routes.answers import READ_ONLY, explain, read_query, reading
from lsync.daemon.routes.deeds import note_deed

PATH = "/v1/purchase-orders/import"
UPLOAD_BYTES = 72 * 1024 * 1024
"""More than an order file may have; what is a little too long for one is told so in the report."""
PIECE_BYTES = 64 * 1024


class FileAnswer(StreamingResponse):
    """A JSON document that lies in a file, which is closed when it was sent."""

    def __init__(self, file: IO[bytes]) -> None:
        """``file`` is sent from its beginning."""
        length = file.seek(0, io.SEEK_END)
        file.seek(0)
        self._file = file
        super().__init__(
            _pieces(file),
            media_type="application/json",
            headers={"Content-Length": str(length)},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, or as much as somebody wants to have."""
        with self._file:
            await super().__call__(scope, receive, send)


async def import_orders(request: Request) -> Response:
    """Take in an order file."""
    pieces = request.stream()
    try:
        return await _import(request, pieces)
    except Exception:
        # A client that is still sending would not hear why it was refused.
        await discard(pieces, limit=UPLOAD_BYTES)
        raise


async def _import(request: Request, pieces: AsyncIterator[bytes]) -> Response:
    if request.app.state.read_only:
        raise ControlError(READ_ONLY, status=403)
    application: Application = request.app.state.application
    wanted = read_query(request, m.ImportRequest)
    directory = spool_directory(application.settings)
    tally = importing.Tally(dry_run=wanted.dry_run)
    with _counted(tally), explained(directory), ExitStack() as held:
        report = held.enter_context(spool(directory))
        with spool(directory) as file:
            await receive(pieces, file, limit=UPLOAD_BYTES)
            await importing.import_orders(
                application,
                file,
                request=wanted,
                directory=directory,
                report=report,
                tally=tally,
            )
        held.pop_all()
    done = m.ImportReport(filename=wanted.filename, dry_run=wanted.dry_run)
    await note_deed(request, application, template=PATH, answer=done)
    return FileAnswer(report)


@contextmanager
def _counted(tally: importing.Tally) -> Iterator[None]:
    """Let an error that breaks the import off say how much of it had been done."""
    try:
        yield
    except (ControlError, StoreError) as failure:
        status, message = explain(failure)
        raise ControlError(tally.told_in(message), status=status) from failure


async def import_progress(request: Request, application: Application) -> m.ImportProgress:
    """How far an import is."""
    return importing.progress(application, request.path_params["watch"])


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := file.read(PIECE_BYTES):
        yield piece


def routes() -> list[Route]:
    """This family's routes."""
    return [
        Route(PATH, import_orders, methods=["POST"]),
        reading("/v1/imports/{watch}", import_progress),
    ]
