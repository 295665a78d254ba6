"""``lsync attention``, and ``lsync`` alone: what waits for a person, newest first."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import typer

from lsync.cli import options
from lsync.cli.connection import ask
from lsync.cli.groups import examples, part
from lsync.cli.options import Json, JsonLines, Watch
from lsync.cli.pager import through_pager
from lsync.cli.paging import paged
from lsync.cli.watching import show_again
from lsync.core.domain.adjustment import AdjustmentState
from lsync.core.domain.decision import DecisionState
from lsync.core.domain.job import JobState

if TYPE_CHECKING:
    from lsync.cli.matters import Matter
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import OrderSummary

app = part()

JOBS = 50
"""Failed jobs that belong to no order are looked for among this many newest ones."""
DECISIONS = 1000
"""Open decisions that are told, the newest."""


@app.command("attention", epilog=examples("lsync", "lsync attention --json"))
@through_pager
def attention(
    ctx: typer.Context,
    *,
    watch: Watch = False,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """List what waits for a person: failed, drifted, overdue and unsent orders, approvals, pauses.

    This is also what `lsync` without a command prints.
    """
    show_again(lambda: print_attention(ctx, json=json, jsonl=jsonl), watch=watch)


def print_attention(ctx: typer.Context, *, json: bool = False, jsonl: bool = False) -> None:
    """Print the matters, each with the command to run next."""
    from lsync.cli.attention_view import MATTER_COLUMNS

    matters = ask(ctx, _collect)
    out = options.output(ctx, json=json, jsonl=jsonl)
    out.rows(
        matters, MATTER_COLUMNS, empty="Nothing waits for you. `lsync --help` lists the commands."
    )


async def _collect(client: "ControlClient") -> "list[Matter]":
    from lsync.cli.matters import TROUBLED, UNAPPROVED, gather
    from lsync.core.domain.order import WAITING_FOR_GOODS, OrderState, SyncState

    troubled = await _orders(client, sync_state=",".join(TROUBLED))
    waiting = await _orders(client, state=",".join((*UNAPPROVED, *sorted(WAITING_FOR_GOODS))))
    held_back = await _orders(client, state=OrderState.APPROVED, sync_state=SyncState.SYNCED)
    return gather(
        await client.status(),
        orders=[*troubled, *waiting, *held_back],
        failed_jobs=await client.jobs(state=JobState.FAILED, limit=JOBS),
        decisions=await client.decisions(state=DecisionState.OPEN, limit=DECISIONS),
        adjustments=await client.adjustments(state=AdjustmentState.FAILED, limit=DECISIONS),
        today=_today(),
    )


async def _orders(
    client: "ControlClient", *, state: str | None = None, sync_state: str | None = None
) -> "list[OrderSummary]":
    async def page(after: str | None, size: int) -> "tuple[OrderSummary, ...]":
        return await client.orders(state=state, sync_state=sync_state, limit=size, after=after)

    return [order async for order in paged(page, lambda each: each.order_number)]


def _today() -> date:
    return datetime.now(UTC).astimezone().date()
