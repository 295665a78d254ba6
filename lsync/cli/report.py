"""``lsync report``: figures over a period, for buyers and for those who look after the syncs."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lsync.cli import options
from lsync.cli.choices import check_choice
from lsync.cli.connection import ask
from lsync.cli.groups import examples, group
from lsync.cli.log_filter import read_moment
from lsync.cli.moments import local
from lsync.cli.options import Csv, Json, JsonLines, Limit
from lsync.cli.pager import through_pager
from lsync.cli.paging import paged

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from lsync.cli.output import Output
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import DifferenceRow, OrdersReportRow

app = group(
    "Figures over a period: orders, differences, syncs, failures.",
    "lsync report orders --since 2026-11-01",
    "lsync report differences --supplier Northwind",
    "lsync report sync --since 7d",
)

USUAL_PERIOD = timedelta(days=30)
"""How far a report looks back unless ``--since`` says."""
GROUPS = ("supplier", "outlet")
PAGE = 500

Since = Annotated[
    str | None,
    typer.Option("--since", help="From then on: 7d, yesterday, 2026-11-01. Without it 30 days."),
]
Until = Annotated[str | None, typer.Option("--until", help="Up to then; written like --since.")]
Supplier = Annotated[
    str | None, typer.Option("--supplier", help="Only this supplier: a part of the name or id.")
]
Outlet = Annotated[
    str | None, typer.Option("--outlet", help="Only this outlet: a part of the name or id.")
]
Types = Annotated[
    list[str] | None, typer.Option("--type", help="Only jobs of this type; may be repeated.")
]


@app.command(
    "orders",
    epilog=examples(
        "lsync report orders",
        "lsync report orders --by supplier --since 2026-10-01 --until 2026-11-01",
        "lsync report orders --outlet Harbour --csv > orders.csv",
    ),
)
@through_pager
def orders(
    ctx: typer.Context,
    *,
    by: Annotated[
        str, typer.Option("--by", help="supplier, outlet, or both with a comma.")
    ] = "supplier,outlet",
    since: Since = None,
    until: Until = None,
    supplier: Supplier = None,
    outlet: Outlet = None,
    limit: Limit = None,
    json: Json = False,
    jsonl: JsonLines = False,
    csv: Csv = False,
) -> None:
    """What was ordered in a period and what came of it: units, value, open and late orders.

    An order belongs to the moment of its approval. Drafts and cancelled orders are left out;
    values are ex tax.
    """
    from lsync.cli.report_view import order_columns
    from lsync.core.control import messages

    check_choice("--by", by, GROUPS)
    begin, end = _period(since, until)
    out = options.output(ctx, json=json, jsonl=jsonl, csv=csv)

    async def rows(client: "ControlClient") -> "AsyncIterator[OrdersReportRow]":
        skipped = 0
        while limit is None or skipped < limit:
            size = PAGE if limit is None else min(PAGE, limit - skipped)
            page = await client.orders_report(
                by=by,
                since=begin,
                until=end,
                supplier=supplier,
                outlet=outlet,
                limit=size,
                skip=skipped,
            )
            for row in page:
                yield row
            skipped += len(page)
            if len(page) < size:
                return

    async def work(client: "ControlClient") -> None:
        _say_period(out, "Orders approved", begin, end)
        columns = order_columns(by.split(","))
        await out.stream(
            rows(client),
            columns,
            empty="No order was approved.",
            limit=limit,
            names=tuple(messages.OrdersReportRow.model_fields),
        )

    ask(ctx, work)


@app.command(
    "differences",
    epilog=examples(
        "lsync report differences",
        "lsync report differences --supplier Northwind --since 7d",
        "lsync report differences --since 2026-11-01 --csv > differences.csv",
    ),
)
@through_pager
def differences(
    ctx: typer.Context,
    *,
    since: Since = None,
    until: Until = None,
    supplier: Supplier = None,
    outlet: Outlet = None,
    limit: Limit = None,
    json: Json = False,
    jsonl: JsonLines = False,
    csv: Csv = False,
) -> None:
    """Lines that came short or over, newest first, with what the difference is worth.

    A line counts once the shop has received its order, at least in part; the order belongs to
    the moment its goods were last counted.
    """
    from lsync.cli.report_view import DIFFERENCE_COLUMNS
    from lsync.core.control import messages

    begin, end = _period(since, until)
    out = options.output(ctx, json=json, jsonl=jsonl, csv=csv)

    async def work(client: "ControlClient") -> None:
        async def page(before: int | None, size: int) -> "tuple[DifferenceRow, ...]":
            return await client.differences_report(
                since=begin,
                until=end,
                supplier=supplier,
                outlet=outlet,
                limit=size,
                before=before,
            )

        _say_period(out, "Lines counted", begin, end)
        rows = paged(page, lambda row: row.line_id, limit=limit)
        empty = "Everything came as ordered."
        names = tuple(messages.DifferenceRow.model_fields)
        await out.stream(rows, DIFFERENCE_COLUMNS, empty=empty, limit=limit, names=names)

    ask(ctx, work)


@app.command(
    "sync",
    epilog=examples(
        "lsync report sync",
        "lsync report sync --by day --since 7d --type sync.push",
        "lsync report sync --json",
    ),
)
@through_pager
def sync(
    ctx: typer.Context,
    *,
    by: Annotated[
        Literal["type", "day"], typer.Option("--by", help="One row a job type, or a day in UTC.")
    ] = "type",
    since: Since = None,
    until: Until = None,
    type_: Types = None,
    json: Json = False,
    jsonl: JsonLines = False,
    csv: Csv = False,
) -> None:
    """How the jobs of a period ended: success rate, retries, waiting and running times.

    Deleted jobs (`lsync queue prune`) are not counted.
    """
    from lsync.cli.report_view import sync_columns
    from lsync.core.control import messages

    begin, end = _period(since, until)
    found = ask(
        ctx,
        lambda client: client.sync_report(by=by, since=begin, until=end, types=_joined(type_)),
    )
    out = options.output(ctx, json=json, jsonl=jsonl, csv=csv)
    _say_period(out, "Jobs that ended", begin, end)
    names = tuple(messages.SyncReportRow.model_fields)
    out.rows(found, sync_columns(by), empty="No job ended.", names=names)


@app.command(
    "failures",
    epilog=examples(
        "lsync report failures", "lsync report failures --since 7d --type sync.push --csv"
    ),
)
@through_pager
def failures(
    ctx: typer.Context,
    *,
    since: Since = None,
    until: Until = None,
    type_: Types = None,
    json: Json = False,
    jsonl: JsonLines = False,
    csv: Csv = False,
) -> None:
    """Why jobs failed in a period, the most frequent reason first.

    Counts what is still failed: a job that was retried and completed is no failure any more.
    """
    from lsync.cli.report_view import FAILURE_COLUMNS
    from lsync.core.control import messages

    begin, end = _period(since, until)
    found = ask(
        ctx, lambda client: client.failures_report(since=begin, until=end, types=_joined(type_))
    )
    out = options.output(ctx, json=json, jsonl=jsonl, csv=csv)
    _say_period(out, "Jobs that failed", begin, end)
    names = tuple(messages.FailureRow.model_fields)
    out.rows(found, FAILURE_COLUMNS, empty="No job failed.", names=names)


def _period(since: str | None, until: str | None) -> tuple[datetime, datetime | None]:
    begin, end = read_moment("--since", since), read_moment("--until", until)
    return begin or (end or datetime.now(UTC)) - USUAL_PERIOD, end


def _joined(types: list[str] | None) -> str | None:
    return ",".join(types) if types else None


def _say_period(out: "Output", what: str, begin: datetime, end: datetime | None) -> None:
    out.say(f"{what} from {local(begin)} to {local(end) or 'now'}:", style="dim")
