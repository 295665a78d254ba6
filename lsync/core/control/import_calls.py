"""The client's methods for order files: one long request, and how far it has come meanwhile."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Literal

from lsync.core.control import messages as m
from lsync.core.control.errors import ControlError
from lsync.core.control.expecting import one
from lsync.core.control.link import Link

READ_SECONDS = 600.0
"""A file of 50,000 rows takes ten seconds on a quiet machine."""

LOOK_SECONDS = 0.5

Progress = Callable[[int, int], None]


class ImportCalls:
    """Raises as ``ControlClient`` says."""

    _link: Link

    async def import_orders(
        self,
        filename: str,
        content: bytes,
        *,
        decimal: Literal["point", "comma"] = "point",
        encoding: str | None = None,
        columns: Mapping[str, str] | None = None,
        sent: bool = False,
        dry_run: bool = False,
        on_progress: Progress | None = None,
    ) -> m.ImportReport:
        """Import the bytes of an order file; ``columns`` are its own names for ours.

        ``sent``: change orders that have gone out, too; the differences are set in Lightspeed.

        ``on_progress`` hears now and then how many orders are in, and of how many.
        """
        watch = uuid.uuid4().hex if on_progress else None
        body = m.ImportRequest(
            filename=filename,
            content_base64=base64.b64encode(content).decode("ascii"),
            decimal=decimal,
            encoding=encoding,
            columns=dict(columns or {}),
            sent=sent,
            dry_run=dry_run,
            watch=watch,
        )
        request = self._link.post(
            "/v1/purchase-orders/import",
            one(m.ImportReport),
            body=body,
            read_seconds=READ_SECONDS,
        )
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
