"""``lsync queue``: deleting finished jobs, by state or by age."""

from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli.choices import check_choice
from lsync.cli.connection import ask
from lsync.cli.groups import examples, part
from lsync.cli.options import Json, Yes, output
from lsync.cli.output import Output, print_json
from lsync.cli.progress import measuring
from lsync.cli.questions import confirm
from lsync.cli.wording import count
from lsync.core.domain.job import FINISHED, JobState

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import PrunePlan

app = part()

DONE_WITH = (JobState.COMPLETED, JobState.CANCELLED)
"""What is pruned unless states are named: failed jobs may still wait for somebody."""


@app.command(
    "clear", epilog=examples("lsync queue clear completed", "lsync queue clear cancelled --yes")
)
def clear(
    ctx: typer.Context,
    state: Annotated[
        str,
        typer.Argument(metavar="STATE", help="completed, failed or cancelled.", show_default=False),
    ],
    *,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Delete finished jobs of one state with their history. Orders and logs stay."""
    from lsync.core.control.messages import BulkResult

    check_choice("STATE", state, sorted(FINISHED))
    out = output(ctx, json=json)

    async def work(client: "ControlClient") -> int:
        plan = await client.plan_prune((JobState(state),))
        return await _delete(client, out, plan, ask_first=True, yes=yes)

    deleted = ask(ctx, work)
    if json:
        out.one(BulkResult(action="clear", changed=deleted))
    else:
        _tell(out, deleted)


@app.command(
    "prune",
    epilog=examples(
        "lsync queue prune 30", "lsync queue prune 90 --state failed", "lsync queue prune 0"
    ),
)
def prune(
    ctx: typer.Context,
    days: Annotated[
        int,
        typer.Argument(
            metavar="DAYS", min=0, max=36500, help="Delete what ended longer ago than this."
        ),
    ],
    *,
    states: Annotated[
        list[str] | None,
        typer.Option(
            "--state",
            help="completed, failed or cancelled; may be given several times. "
            "Without it completed and cancelled.",
        ),
    ] = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Delete finished jobs by age. Orders and logs stay; workers never wait for it.

    0 days means every finished job: it asks first, and takes back the jobs of dead workers.
    """
    for each in states or ():
        check_choice("--state", each, sorted(FINISHED))
    chosen = tuple(dict.fromkeys(JobState(each) for each in states or DONE_WITH))
    out = output(ctx, json=json)
    recovered = kept = deleted = 0

    async def work(client: "ControlClient") -> "PrunePlan":
        nonlocal recovered, kept, deleted
        if not days:
            recovered = (await client.recover()).changed
            out.say(f"{count(recovered, 'job').capitalize()} of dead workers taken back.")
        plan = await client.plan_prune(chosen, older_than_days=days)
        deleted = await _delete(client, out, plan, ask_first=not days, yes=yes)
        if JobState.FAILED not in chosen:
            failed = await client.plan_prune((JobState.FAILED,), older_than_days=days)
            kept = failed.counts.get(JobState.FAILED, 0)
        return plan

    plan = ask(ctx, work)
    if json:
        before = plan.model_dump(mode="json")["before"]
        print_json({"deleted": deleted, "recovered": recovered, "kept": kept, "before": before})
        return
    _tell(out, deleted)
    if kept:
        stay = count(kept, "failed job of that age stays", "failed jobs of that age stay")
        out.note(f"{stay}; --state failed deletes them.")


async def _delete(
    client: "ControlClient", out: Output, plan: "PrunePlan", *, ask_first: bool, yes: bool
) -> int:
    """Delete round by round; a break in between leaves whole jobs only."""
    total, deleted = sum(plan.counts.values()), 0
    if not total:
        return 0
    if ask_first:
        confirm(f"Delete {_numbers(plan)}?", yes=yes)
    states = [JobState(state) for state in plan.counts]
    with measuring("jobs deleted", quiet=out.quiet or not out.for_people) as progress:
        while True:
            done = await client.prune(states, before=plan.before)
            deleted += done.deleted
            progress(deleted, total)
            if done.finished:
                return deleted


def _numbers(plan: "PrunePlan") -> str:
    return " and ".join(
        count(number, f"{state} job") for state, number in plan.counts.items() if number
    )


def _tell(out: Output, deleted: int) -> None:
    out.text(f"{count(deleted, 'job').capitalize()} deleted.")
