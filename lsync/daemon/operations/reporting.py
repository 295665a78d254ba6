"""Reports over a period: the store's figures as messages, with the shares people ask for."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from lsync.core.control import messages as m
from lsync.core.domain.order import OrderState
from lsync.core.store import job_reports, reports
from lsync.core.store.job_reports import FailureGroup, JobsWanted, RunGroup
from lsync.core.store.reports import LineDifference, OrderedGroup, OrdersWanted
from lsync.daemon.application import Application


async def orders(
    application: Application,
    wanted: OrdersWanted,
    *,
    by: Sequence[str],
    limit: int,
    skip: int,
) -> list[m.OrdersReportRow]:
    """What was ordered in the period and came since."""
    async with application.database.read() as tx:
        today = (await tx.now()).date()
        found = await reports.ordered(tx, wanted, by=by, today=today, limit=limit, skip=skip)
    return [_ordered(group) for group in found]


async def differences(
    application: Application, wanted: OrdersWanted, *, limit: int, before: int | None
) -> list[m.DifferenceRow]:
    """Lines that came short or over."""
    async with application.database.read() as tx:
        found = await reports.differences(tx, wanted, limit=limit, before=before)
    return [_difference(line) for line in found]


async def syncs(
    application: Application, wanted: JobsWanted, *, by: Literal["type", "day"]
) -> list[m.SyncReportRow]:
    """How the jobs of the period ended."""
    async with application.database.read() as tx:
        found = await job_reports.runs(tx, wanted, by=by)
    return [_run(group) for group in found]


async def failures(application: Application, wanted: JobsWanted) -> list[m.FailureRow]:
    """Why jobs were given up in the period."""
    async with application.database.read() as tx:
        found = await job_reports.failures(tx, wanted)
    return [_failure(group) for group in found]


def percent(part: Decimal | int, whole: Decimal | int) -> float | None:
    """``part`` of ``whole`` in percent with one place; None of nothing."""
    return None if not whole else round(float(part) / float(whole) * 100, 1)


def _ordered(group: OrderedGroup) -> m.OrdersReportRow:
    return m.OrdersReportRow(
        supplier=group.supplier,
        outlet=group.outlet,
        orders=group.orders,
        unfinished=group.unfinished,
        overdue=group.overdue,
        lines=group.lines,
        ordered=group.ordered,
        received=group.received,
        received_percent=percent(group.received, group.ordered),
        ordered_value=group.ordered_value,
        received_value=group.received_value,
        lead_seconds=group.lead_seconds,
    )


def _difference(line: LineDifference) -> m.DifferenceRow:
    difference = line.received - line.ordered
    return m.DifferenceRow(
        line_id=line.line_id,
        order_number=line.order_number,
        state=line.state,
        supplier=line.supplier,
        outlet=line.outlet,
        line_no=line.line_no,
        sku=line.sku,
        name=line.name,
        ordered=line.ordered,
        received=line.received,
        difference=difference,
        value=None if line.unit_cost is None else difference * line.unit_cost,
        final=line.state is not OrderState.PARTIALLY_RECEIVED,
    )


def _run(group: RunGroup) -> m.SyncReportRow:
    return m.SyncReportRow(
        group=group.group,
        finished=group.completed + group.failed + group.cancelled,
        completed=group.completed,
        failed=group.failed,
        cancelled=group.cancelled,
        retried=group.retried,
        success_percent=percent(group.completed, group.completed + group.failed),
        wait_seconds=group.wait_seconds,
        run_average=group.run_average,
        run_p50=group.run_p50,
        run_p95=group.run_p95,
        run_longest=group.run_longest,
    )


def _failure(group: FailureGroup) -> m.FailureRow:
    return m.FailureRow(
        error_class=group.error_class,
        type=group.type,
        jobs=group.jobs,
        newest_job=group.newest_job,
        newest_at=group.newest_at,
        example=group.example,
    )
