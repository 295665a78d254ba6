"""The client's method for taking over an older integration's links."""

from __future__ import annotations

from lsync.core.control import messages as m
from lsync.core.control.expecting import one
from lsync.core.control.link import Link

ADOPT_SECONDS = 600.0
"""Every supplier consignment is listed, a thousand a call, within the budget."""


class AdoptionCalls:
    """Raises as ``ControlClient`` says."""

    _link: Link

    async def adopt(
        self, table: str, *, order_column: str, consignment_column: str, commit: str | None = None
    ) -> m.AdoptReport:
        """Check the links; with ``commit``, the hash of a dry run, take the good ones over."""
        body = m.AdoptRequest(
            table=table,
            order_column=order_column,
            consignment_column=consignment_column,
            commit=commit,
        )
        return await self._link.post(
            "/v1/adopt", one(m.AdoptReport), body=body, read_seconds=ADOPT_SECONDS
        )
