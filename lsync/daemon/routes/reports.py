"""Routes of the reports over a period."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.routing import Route

from lsync.core.control import messages as m
from lsync.core.store.job_reports import JobsWanted
from lsync.core.store.reports import OrdersWanted
from lsync.daemon.application import Application
from lsync.daemon.operations import reporting
from lsync.daemon.routes.answers import PAGE, Limit, Query, Several, read_query, reading


class Period(Query):
    """The period of any report; ``since`` is included, ``until`` is not."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class OrdersPeriod(Period):
    """Reports about orders."""

    supplier: str | None = None
    outlet: str | None = None
    limit: Limit = PAGE

    def wanted(self) -> OrdersWanted:
        """Which orders are meant."""
        return OrdersWanted(
            since=self.since, until=self.until, supplier=self.supplier, outlet=self.outlet
        )


class OrdersReportQuery(OrdersPeriod):
    """``GET /v1/reports/orders``."""

    by: Annotated[Several[Literal["supplier", "outlet"]], Field(min_length=1)] = (
        "supplier",
        "outlet",
    )
    skip: Annotated[int, Field(ge=0)] = 0


class DifferencesQuery(OrdersPeriod):
    """``GET /v1/reports/differences``."""

    before: int | None = None


class JobsPeriod(Period):
    """``GET /v1/reports/failures``."""

    type: Several[str] = ()

    def wanted(self) -> JobsWanted:
        """Which jobs are meant."""
        return JobsWanted(since=self.since, until=self.until, types=self.type)


class SyncReportQuery(JobsPeriod):
    """``GET /v1/reports/sync``."""

    by: Literal["type", "day"] = "type"


async def orders(request: Request, application: Application) -> Sequence[m.OrdersReportRow]:
    """What was ordered and came."""
    query = read_query(request, OrdersReportQuery)
    by = tuple(dict.fromkeys(query.by))
    return await reporting.orders(
        application, query.wanted(), by=by, limit=query.limit, skip=query.skip
    )


async def differences(request: Request, application: Application) -> Sequence[m.DifferenceRow]:
    """Lines that came short or over."""
    query = read_query(request, DifferencesQuery)
    return await reporting.differences(
        application, query.wanted(), limit=query.limit, before=query.before
    )


async def syncs(request: Request, application: Application) -> Sequence[m.SyncReportRow]:
    """How jobs ended."""
    query = read_query(request, SyncReportQuery)
    return await reporting.syncs(application, query.wanted(), by=query.by)


async def failures(request: Request, application: Application) -> Sequence[m.FailureRow]:
    """Why jobs were given up."""
    query = read_query(request, JobsPeriod)
    return await reporting.failures(application, query.wanted())


def routes() -> list[Route]:
    """This family's routes."""
    return [
        reading("/v1/reports/orders", orders),
        reading("/v1/reports/differences", differences),
        reading("/v1/reports/sync", syncs),
        reading("/v1/reports/failures", failures),
    ]
