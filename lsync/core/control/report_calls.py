"""The client's methods for reports over a period."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from lsync.core.control import messages as m
from lsync.core.control.expecting import many
from lsync.core.control.link import Link

REPORT_SECONDS = 180.0
"""The database adds up all orders of the period."""


class ReportCalls:
    """One typed method for each report. Raises as ``ControlClient`` says.

    ``since`` is included, ``until`` is not; ``supplier`` and ``outlet`` may be parts of a name.
    """

    _link: Link

    async def orders_report(
        self,
        *,
        by: str = "supplier,outlet",
        since: datetime | None = None,
        until: datetime | None = None,
        supplier: str | None = None,
        outlet: str | None = None,
        limit: int | None = None,
        skip: int = 0,
    ) -> tuple[m.OrdersReportRow, ...]:
        """What was ordered and came, by ``supplier``, ``outlet`` or both; one page."""
        query = {
            "by": by,
            **_period(since, until),
            "supplier": supplier,
            "outlet": outlet,
            "limit": limit,
            "skip": skip,
        }
        return await self._link.get(
            "/v1/reports/orders", many(m.OrdersReportRow), query=query, read_seconds=REPORT_SECONDS
        )

    async def differences_report(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        supplier: str | None = None,
        outlet: str | None = None,
        limit: int | None = None,
        before: int | None = None,
    ) -> tuple[m.DifferenceRow, ...]:
        """Lines that came short or over, newest first; ``before`` is the last ``line_id``."""
        query = {
            **_period(since, until),
            "supplier": supplier,
            "outlet": outlet,
            "limit": limit,
            "before": before,
        }
        return await self._link.get(
            "/v1/reports/differences",
            many(m.DifferenceRow),
            query=query,
            read_seconds=REPORT_SECONDS,
        )

    async def sync_report(
        self,
        *,
        by: Literal["type", "day"] = "type",
        since: datetime | None = None,
        until: datetime | None = None,
        types: str | None = None,
    ) -> tuple[m.SyncReportRow, ...]:
        """How the jobs of the period ended; ``types`` are separated by commas."""
        query = {"by": by, **_period(since, until), "type": types}
        return await self._link.get(
            "/v1/reports/sync", many(m.SyncReportRow), query=query, read_seconds=REPORT_SECONDS
        )

    async def failures_report(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        types: str | None = None,
    ) -> tuple[m.FailureRow, ...]:
        """Why jobs were given up, the most frequent reason first."""
        query = {**_period(since, until), "type": types}
        return await self._link.get(
            "/v1/reports/failures", many(m.FailureRow), query=query, read_seconds=REPORT_SECONDS
        )


def _period(since: datetime | None, until: datetime | None) -> dict[str, str | None]:
    return {
        "since": None if since is None else since.isoformat(),
        "until": None if until is None else until.isoformat(),
    }
