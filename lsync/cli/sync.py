"""``lsync sync``: push orders, follow them, look at how they stand."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli import options
from lsync.cli.connection import ask
from lsync.cli.failures import FAILED
from lsync.cli.groups import examples, group
from lsync.cli.options import Json, NoWait, OrderNumber, OrderNumbers, OrderOrEntry, Timeout
from lsync.cli.sync_run import Refusals, run_syncs

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import PlanMessage, SyncAccepted

app = group(
    "Push orders to Lightspeed and follow them.",
    "lsync sync po PO-1001",
    "lsync sync status PO-1001",
    "lsync sync retry PO-1001",
)

Batch = list["SyncAccepted"]


@app.command(
    "po",
    epilog=examples(
        "lsync sync po PO-1001",
        "lsync sync po PO-1001 PO-1002 --no-wait",
        "lsync sync po PO-1001 --look",
    ),
)
def po(
    ctx: typer.Context,
    orders: OrderNumbers,
    *,
    no_wait: NoWait = False,
    look: Annotated[
        bool,
        typer.Option("--look", help="Look for an uncertain consignment now; never creates one."),
    ] = False,
    timeout: Timeout = None,
    json: Json = False,
) -> None:
    """Sync orders now, wait for the result and exit by it.

    The daemon does the work; without one nothing is queued and the exit code is 69.
    """

    async def queue(client: "ControlClient", refusals: Refusals) -> "AsyncIterator[Batch]":
        yield [
            queued
            for number in dict.fromkeys(orders)
            if (queued := await refusals.collect(client, number, look=look)) is not None
        ]

    run_syncs(ctx, queue, wait=not no_wait, timeout_seconds=timeout, json=json)


@app.command("retry", epilog=examples("lsync sync retry PO-1001", "lsync sync retry log:42"))
def retry(
    ctx: typer.Context,
    name: OrderOrEntry,
    *,
    no_wait: NoWait = False,
    timeout: Timeout = None,
    json: Json = False,
) -> None:
    """Try a failed sync again; it goes on at the step that failed."""

    async def queue(client: "ControlClient", _: Refusals) -> "AsyncIterator[Batch]":
        from lsync.cli.lookup import find_order

        number = (await find_order(client, name)).order_number
        yield [await client.sync(number, retry=True)]

    run_syncs(ctx, queue, wait=not no_wait, timeout_seconds=timeout, json=json)


@app.command(
    "pending", epilog=examples("lsync sync pending", "lsync sync pending --limit 20 --no-wait")
)
def pending(
    ctx: typer.Context,
    *,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="Fewer than sync.batch_size."),
    ] = None,
    no_wait: NoWait = False,
    timeout: Timeout = None,
    json: Json = False,
) -> None:
    """Sync approved orders that have no consignment yet, oldest first.

    One run takes sync.batch_size orders; the others wait for the next run.
    """

    async def queue(client: "ControlClient", _: Refusals) -> "AsyncIterator[Batch]":
        yield list(await client.sync_pending(limit))

    run_syncs(ctx, queue, wait=not no_wait, timeout_seconds=timeout, json=json)


@app.command(
    "status", epilog=examples("lsync sync status PO-1001", "lsync sync status log:42 --json")
)
def status(ctx: typer.Context, name: OrderOrEntry, *, json: Json = False) -> None:
    """Show how an order and Lightspeed stand to each other."""
    from lsync.cli.lookup import find_order
    from lsync.cli.order_view import print_order

    order = ask(ctx, lambda client: find_order(client, name))
    out = options.output(ctx, json=json)
    if json:
        out.one(order)
    else:
        print_order(out, order, lines=False)


@app.command("plan", epilog=examples("lsync sync plan PO-1001", "lsync sync plan PO-1001 --json"))
def plan(ctx: typer.Context, order: OrderNumber, *, json: Json = False) -> None:
    """Show what a sync would do and cost. Writes nothing anywhere.

    Exits 1 when a problem would stop the sync.
    """
    from lsync.cli.order_view import print_plan

    async def work(client: "ControlClient") -> "PlanMessage":
        from lsync.cli.lookup import suggesting

        async with suggesting(client, order):
            return await client.plan(order)

    planned = ask(ctx, work)
    out = options.output(ctx, json=json)
    if json:
        out.one(planned)
    else:
        print_plan(out, planned)
    if any(problem.severity == "blocking" for problem in planned.problems):
        raise typer.Exit(FAILED)
