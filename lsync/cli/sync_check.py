"""``lsync sync``: an order beside Lightspeed: differences, repair, proof, history."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli.connection import ask
from lsync.cli.failures import FAILED
from lsync.cli.groups import examples
from lsync.cli.options import Json, NoWait, OrderNumber, Timeout, Yes, output
from lsync.cli.pager import through_pager
from lsync.cli.questions import confirm
from lsync.cli.sync_run import Refusals, run_syncs
from lsync.cli.wording import count

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import (
        OrderDiff,
        OrderHistory,
        OrderProof,
        RepairPlan,
        SyncAccepted,
    )

app = typer.Typer()

Batch = list["SyncAccepted"]


@app.command("diff", epilog=examples("lsync sync diff PO-1001", "lsync sync diff PO-1001 --json"))
@through_pager
def diff(ctx: typer.Context, order: OrderNumber, *, json: Json = False) -> None:
    """Compare an order with Lightspeed line by line: ordered, believed, there, received, cost.

    Reads Lightspeed (about four calls) and writes nothing. Exits 1 when something differs.
    """
    from lsync.cli.sync_check_view import print_diff

    async def work(client: "ControlClient") -> "OrderDiff":
        from lsync.cli.lookup import suggesting

        async with suggesting(client, order):
            return await client.diff(order)

    found = ask(ctx, work)
    out = output(ctx, json=json)
    if json:
        out.one(found)
    else:
        print_diff(out, found)
    if not found.equal:
        raise typer.Exit(FAILED)


@app.command(
    "repair",
    epilog=examples("lsync sync repair PO-1001 --dry-run", "lsync sync repair PO-1001 --yes"),
)
def repair(
    ctx: typer.Context,
    order: OrderNumber,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be done.")
    ] = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    timeout: Timeout = None,
    json: Json = False,
) -> None:
    """Make Lightspeed equal to an order with the fewest calls, after asking.

    Adopts a consignment that carries the order's number; never removes what was received. Nothing
    is done if the order or its consignment changed since the plan was shown. Exits 1 when
    something is left for a person. Only --dry-run works without the daemon.
    """
    planned = _plan(ctx, order, daemon=not dry_run)
    _show(ctx, planned, json=json, dry_run=dry_run)
    if planned.steps and not dry_run:
        confirm(f"Carry out {count(len(planned.steps), 'step')} for {order}?", yes=yes)

        async def queue(
            client: "ControlClient", _: Refusals
        ) -> "AsyncIterator[list[SyncAccepted]]":
            yield [await client.repair(order, plan_hash=planned.plan_hash)]

        run_syncs(ctx, queue, wait=not no_wait, timeout_seconds=timeout, json=json)
    if planned.by_hand or (dry_run and planned.steps):
        raise typer.Exit(FAILED)


def _plan(ctx: typer.Context, order: str, *, daemon: bool) -> "RepairPlan":
    async def work(client: "ControlClient") -> "RepairPlan":
        from lsync.cli.lookup import suggesting

        async with suggesting(client, order):
            return await client.plan_repair(order)

    return ask(ctx, work, daemon=daemon)


def _show(ctx: typer.Context, planned: "RepairPlan", *, json: bool, dry_run: bool) -> None:
    """The plan; as JSON only where it is the whole answer."""
    from lsync.cli.sync_check_view import print_repair

    nothing_follows = dry_run or not planned.steps
    if not json:
        print_repair(output(ctx), planned)
    elif nothing_follows:
        output(ctx, json=True).one(planned)


@app.command(
    "prove", epilog=examples("lsync sync prove PO-1001", "lsync sync prove PO-1001 --json")
)
@through_pager
def prove(ctx: typer.Context, order: OrderNumber, *, json: Json = False) -> None:
    """Show the chain behind one order: intent, attempt, look-ups, id, verification.

    Ends with one sentence: exactly one consignment, or what is not proven; then it exits 1.
    Reads Lightspeed (about four calls) and writes nothing.
    """
    from lsync.cli.sync_check_view import print_proof

    async def work(client: "ControlClient") -> "OrderProof":
        from lsync.cli.lookup import suggesting

        async with suggesting(client, order):
            return await client.prove(order)

    found = ask(ctx, work)
    out = output(ctx, json=json)
    if json:
        out.one(found)
    else:
        print_proof(out, found)
    if not found.proven:
        raise typer.Exit(FAILED)


@app.command(
    "history",
    epilog=examples(
        "lsync sync history PO-1001",
        "lsync sync history PO-1001 --at '2026-11-23 09:30'",
        "lsync sync history PO-1001 --at 2h --json",
    ),
)
@through_pager
def history(
    ctx: typer.Context,
    order: OrderNumber,
    *,
    at: Annotated[
        str | None,
        typer.Option("--at", help="How it stood then: 2h, yesterday, 2026-11-01.", metavar="TIME"),
    ] = None,
    json: Json = False,
) -> None:
    """Show everything that ever happened to an order, oldest first.

    With --at, how the order stood at that time and what had happened by then.
    """
    from lsync.cli.history_view import print_history
    from lsync.cli.log_filter import read_moment

    moment = read_moment("--at", at)

    async def work(client: "ControlClient") -> "OrderHistory":
        from lsync.cli.lookup import suggesting

        async with suggesting(client, order):
            return await client.history(order, at=moment)

    found = ask(ctx, work)
    out = output(ctx, json=json)
    if json:
        out.one(found)
    else:
        print_history(out, found)
