"""The client's methods for goods and money beside the order."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Literal

from lsync.core.control import messages as m
from lsync.core.control.expecting import one, order_path
from lsync.core.control.link import Link

IMPORT_SECONDS = 180.0
"""A long file is matched while the caller waits."""


class GoodsCalls:
    """One typed method for each route about goods. Raises as ``ControlClient`` says."""

    _link: Link

    async def receive(
        self,
        order_number: str,
        lines: Sequence[m.CountedLine] = (),
        *,
        delivery: str,
        everything: bool = False,
    ) -> m.ReceiveReport:
        """Record one delivery, once; ``everything`` is all that is still to come."""
        body = m.ReceiveRequest(delivery=delivery, lines=tuple(lines), everything=everything)
        return await self._link.post(
            f"{order_path(order_number)}/receive", one(m.ReceiveReport), body=body
        )

    async def import_invoices(
        self,
        filename: str,
        content: bytes,
        *,
        decimal: Literal["point", "comma"] = "point",
        encoding: str | None = None,
        dry_run: bool = False,
    ) -> m.InvoiceReport:
        """Match the supplier invoices of a file to their orders."""
        body = m.InvoiceRequest(
            filename=filename,
            content_base64=base64.b64encode(content).decode("ascii"),
            decimal=decimal,
            encoding=encoding,
            dry_run=dry_run,
        )
        return await self._link.post(
            "/v1/invoices", one(m.InvoiceReport), body=body, read_seconds=IMPORT_SECONDS
        )
