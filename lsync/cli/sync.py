"""``lsync sync``: push orders, follow them, look at how they stand."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli import options, sync_check
from lsync.cli.choosing import agree, check_which, matching
from lsync.cli.connection import ask
from lsync.cli.failures import FAILED, USAGE, Failure
from lsync.cli.groups import examples, group
from lsync.cli.options import (
    Json,
    NoWait,
    OrderNumber,
    OrderNumbers,
    OrderOrEntry,
    SomeOrders,
    Timeout,
    Yes,
)
from lsync.cli.pager import through_pager
from lsync.cli.selection import WhichOrders, given, takes
from lsync.cli.sync_run import Queue, Refusals, run_syncs
from lsync.core.domain.order import OrderState, SyncState

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import OrderSummary, PlanMessage, SyncAccepted

app = group(
    "Push orders to Lightspeed and follow them.",
    "lsync sync po PO-1001",
    "lsync sync status PO-1001",
    "lsync sync retry PO-1001",
)

Batch = list["SyncAccepted"]
APPROVED = (OrderState.APPROVED,)
ROUND = 50
"""Orders queued and followed at a time when they were chosen here."""


@app.command(
    "po",
    epilog=examples(
        "lsync sync po PO-1001",
        "lsync sync po PO-1001 PO-1002 --no-wait",
        "lsync sync po PO-1001 --look",
        "lsync sync po PO-1001 --apply-plan 0123456789abcdef",
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
    apply_plan: Annotated[
        str | None,
        typer.Option(
            "--apply-plan",
            metavar="HASH",
            help="Only if nothing changed since `sync plan` showed this hash.",
            show_default=False,
        ),
    ] = None,
    timeout: Timeout = None,
    json: Json = False,
) -> None:
    """Sync orders now, wait for the result and exit by it.

    The daemon does the work; without one nothing is queued and the exit code is 69.
    """
    if apply_plan is not None and len(set(orders)) > 1:
        raise Failure(
            "A plan is of one order.",
            why=f"--apply-plan was given with {len(orders)} orders.",
            next_step="Name the order that was planned, and no other.",
            code=USAGE,
        )

    async def queue(client: "ControlClient", refusals: Refusals) -> "AsyncIterator[Batch]":
        yield [
            queued
            for number in dict.fromkeys(orders)
            if (queued := await refusals.collect(client, number, look=look, plan=apply_plan))
            is not None
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
    "send", epilog=examples("lsync sync send PO-1001 PO-1002", "lsync sync send --all --yes")
)
@takes(WhichOrders)
def send(
    ctx: typer.Context,
    orders: SomeOrders = None,
    *,
    every: Annotated[
        bool,
        typer.Option("--all", help="Every order that was held back unsent, or those that match."),
    ] = False,
    which: WhichOrders,
    yes: Yes = False,
    no_wait: NoWait = False,
    timeout: Timeout = None,
    json: Json = False,
) -> None:
    """Mark orders as sent that sync.auto_send = false holds back.

    Their lines are read back and verified once more. An order that is not in Lightspeed yet is
    brought there first. One that Lightspeed changed meanwhile is not sent, and the exit code is 1.
    """
    check_which(orders, which, everything=every)

    async def queue(client: "ControlClient", refusals: Refusals) -> "AsyncIterator[Batch]":
        from lsync.cli.lookup import held_back

        numbers = list(dict.fromkeys(orders or []))
        if every:
            numbers = await held_back(client, matching(client, which, among=APPROVED))
            agree("Send", numbers, yes=yes)
        yield [
            queued
            for number in numbers
            if (queued := await refusals.collect(client, number, send=True)) is not None
        ]

    run_syncs(ctx, queue, wait=not no_wait, timeout_seconds=timeout, json=json, sending=True)


@app.command(
    "pending",
    epilog=examples(
        "lsync sync pending",
        "lsync sync pending --limit 20 --no-wait",
        "lsync sync pending --failed --supplier Northwind",
    ),
)
@takes(WhichOrders)
def pending(
    ctx: typer.Context,
    *,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="At most so many orders.", show_default=False),
    ] = None,
    failed: Annotated[
        bool, typer.Option("--failed", help="Try orders whose sync failed once more, too.")
    ] = False,
    which: WhichOrders,
    yes: Yes = False,
    no_wait: NoWait = False,
    timeout: Timeout = None,
    json: Json = False,
) -> None:
    """Sync approved orders that have no consignment yet, oldest first.

    They go batch by batch, sync.batch_size at a time. Ctrl-C stops it: what is queued is done,
    and running it again goes on with the rest. An order whose sync failed is left out until it is
    changed, or taken with --failed. With filters those that match are shown and asked about first.
    """
    if given(which):
        queue = _pending_that_match(which, limit=limit, failed=failed, yes=yes)
    else:
        queue = _all_pending(limit=limit, failed=failed)
    run_syncs(ctx, queue, wait=not no_wait, timeout_seconds=timeout, json=json)


def _all_pending(*, limit: int | None, failed: bool) -> Queue:
    async def queue(client: "ControlClient", _: Refusals) -> "AsyncIterator[Batch]":
        left, after = limit, None
        while left is None or left > 0:
            batch = list(await client.sync_pending(left, after=after, failed=failed))
            if not batch:
                return
            yield batch
            after = batch[-1].order_number
            left = None if left is None else left - len(batch)

    return queue


def _pending_that_match(which: WhichOrders, *, limit: int | None, failed: bool, yes: bool) -> Queue:
    wanted = {SyncState.NOT_SYNCED, SyncState.QUEUED, *((SyncState.FAILED,) if failed else ())}

    def fits(order: "OrderSummary") -> bool:
        waits = order.state is OrderState.APPROVED and not order.consignment_ids
        return waits and not order.held and order.sync_state in wanted

    async def queue(client: "ControlClient", refusals: Refusals) -> "AsyncIterator[Batch]":
        found = [
            order.order_number
            async for order in matching(client, which, among=APPROVED)
            if fits(order)
        ]
        numbers = found[::-1][:limit]
        agree("Sync", numbers, yes=yes)
        for start in range(0, len(numbers), ROUND):
            yield [
                queued
                for number in numbers[start : start + ROUND]
                if (queued := await refusals.collect(client, number)) is not None
            ]

    return queue


@app.command(
    "status", epilog=examples("lsync sync status PO-1001", "lsync sync status log:42 --json")
)
@through_pager
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
@through_pager
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


app.add_typer(sync_check.app)
