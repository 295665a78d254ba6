"""The client's methods for order files: one long request, and how far it has come meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Literal

from lsync.core.control import messages as m
from lsync.core.control.errors import ACCESS, ControlError, DaemonUnreachable
from lsync.core.control.expecting import one
from lsync.core.control.link import Link
from lsync.core.control.upload import Upload

READ_SECONDS = 3600.0
"""Five hundred long orders take seconds; 50,000 short ones minutes, in which progress is told."""

LOOK_SECONDS = 0.5

AGAIN = (
    "Import the file again when the daemon runs: orders that are in are not taken twice. "
    "Start it with `lsync daemon` or `systemctl start lsync`."
)

Progress = Callable[[int, int], None]


class ImportCalls:
    """Raises as ``ControlClient`` says."""

    _link: Link

    async def import_orders(
        self,
        filename: str,
        content: bytes | Upload,
        *,
        decimal: Literal["point", "comma"] = "point",
        encoding: str | None = None,
        columns: Mapping[str, str] | None = None,
        sent: bool = False,
        dry_run: bool = False,
        on_progress: Progress | None = None,
    ) -> m.ImportReport:
        """Import an order file, its bytes or one that is open; ``columns`` are its names for ours.

        ``sent``: change orders that have gone out, too; the differences are set in Lightspeed.

        ``on_progress`` hears now and then how many orders are in, and of how many.
        """
        watch = uuid.uuid4().hex if on_progress else None
        wanted = m.ImportRequest(
            # A name need not be valid text; it serves to tell the format and to be shown.
            filename=filename.encode("utf-8", errors="replace").decode(),
            decimal=decimal,
            encoding=encoding,
            columns=dict(columns or {}),
            sent=sent,
            dry_run=dry_run,
            watch=watch,
        )
        request = self._link.post_file(
            "/v1/purchase-orders/import",
            one(m.ImportReport),
            query=wanted.as_query(),
            file=content if isinstance(content, Upload) else Upload.of(content),
            read_seconds=READ_SECONDS,
        )
        try:
            return await self._watched(request, watch, on_progress)
        except DaemonUnreachable as lost:
            if lost.message.next_step == ACCESS:
                raise
            raise DaemonUnreachable(
                lost.message.error, why=lost.message.why, next_step=AGAIN
            ) from lost

    async def _watched(
        self,
        request: Awaitable[m.ImportReport],
        watch: str | None,
        on_progress: Progress | None,
    ) -> m.ImportReport:
        if on_progress is None or watch is None:
            return await request
        # Most commands go without an event loop, so without the time it takes to load.
        import asyncio

        watching = asyncio.create_task(self._watch(watch, on_progress))
        try:
            return await request
        finally:
            watching.cancel()
            await asyncio.wait([watching])

    async def _watch(self, watch: str, on_progress: Progress) -> None:
        """Ask for ever; a daemon that does not answer this has more important things to do."""
        import asyncio

        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(ControlError):
                found = await self._link.get(f"/v1/imports/{watch}", one(m.ImportProgress))
                if found.total:
                    on_progress(found.done, found.total)
