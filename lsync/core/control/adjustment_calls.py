"""The client's methods for stock adjustments."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Literal

from lsync.core.control import messages as m
from lsync.core.control.expecting import many, one
from lsync.core.control.link import Link

IMPORT_SECONDS = 180.0
"""A long file is recorded while the caller waits: each row is written by itself."""


class AdjustmentCalls:
    """One typed method for each route about adjustments. Raises as ``ControlClient`` says."""

    _link: Link

    async def adjustments(
        self, *, state: str | None = None, limit: int | None = None, before: int | None = None
    ) -> tuple[m.AdjustmentMessage, ...]:
        """Adjustments, newest first; ``before`` is the last id of the page before."""
        query = {"state": state, "limit": limit, "before": before}
        return await self._link.get("/v1/adjustments", many(m.AdjustmentMessage), query=query)

    async def adjust(self, drafts: Sequence[m.AdjustmentDraft]) -> tuple[m.AdjustmentMessage, ...]:
        """Record adjustments, all or none; the same name with the same content counts once."""
        body = m.AdjustRequest(adjustments=tuple(drafts))
        return await self._link.post("/v1/adjustments", many(m.AdjustmentMessage), body=body)

    async def retry_adjustments(self, names: Sequence[str]) -> tuple[m.AdjustmentMessage, ...]:
        """Judge failed adjustments anew."""
        body = m.RetryAdjustments(names=tuple(names))
        return await self._link.post("/v1/adjustments/retry", many(m.AdjustmentMessage), body=body)

    async def import_adjustments(
        self,
        filename: str,
        content: bytes,
        *,
        decimal: Literal["point", "comma"] = "point",
        encoding: str | None = None,
        dry_run: bool = False,
    ) -> m.AdjustmentFileReport:
        """Record the adjustments of a file, all or none."""
        body = m.AdjustmentFile(
            filename=filename,
            content_base64=base64.b64encode(content).decode("ascii"),
            decimal=decimal,
            encoding=encoding,
            dry_run=dry_run,
        )
        return await self._link.post(
            "/v1/adjustments/import",
            one(m.AdjustmentFileReport),
            body=body,
            read_seconds=IMPORT_SECONDS,
        )
