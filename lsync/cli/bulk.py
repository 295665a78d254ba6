"""Acting on several jobs: by id one by one, by filter as plan and commit."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Literal

import typer

from lsync.cli import options
from lsync.cli.connection import ask
from lsync.cli.failures import FAILED, Failure, explain, report
from lsync.cli.questions import confirm
from lsync.cli.wording import count, listing
from lsync.core.domain.job import JobState

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import BulkResult, JobMessage

Action = Literal["retry", "cancel", "discard", "clear"]


def act_on_jobs(
    ctx: typer.Context,
    jobs: Sequence[int],
    act: "Callable[[ControlClient, int], Awaitable[JobMessage]]",
    *,
    json: bool,
) -> None:
    """Act on each job; one that refuses does not stop the others, but the exit code says so."""
    from lsync.cli.job_view import JOB_COLUMNS
    from lsync.core.control.errors import ControlError, DaemonUnreachable

    refused: list[Failure] = []

    async def work(client: "ControlClient") -> "list[JobMessage]":
        changed = []
        for job in dict.fromkeys(jobs):
            try:
                changed.append(await act(client, job))
            except DaemonUnreachable:
                raise
            except ControlError as error:
                refused.append(explain(error))
        return changed

    changed = ask(ctx, work)
    if changed or json:
        options.output(ctx, json=json).rows(changed, JOB_COLUMNS, empty="")
    for failure in refused:
        report(failure)
    if refused:
        raise typer.Exit(FAILED)


def act_on_matching(
    ctx: typer.Context,
    action: Action,
    *,
    state: str | None,
    type_: str | None,
    yes: bool,
    json: bool,
) -> None:
    """Show what a filter touches, ask, then act on exactly that.

    The daemon refuses if anything changed between plan and answer.
    """
    from lsync.core.control.messages import BulkRequest

    out = options.output(ctx, json=json)
    request = BulkRequest(action=action, state=JobState(state) if state else None, type=type_)

    async def work(client: "ControlClient") -> "BulkResult | None":
        plan = await client.plan_bulk(request)
        if not plan.count:
            return None
        sample = listing(plan.sample) + (" …" if plan.count > len(plan.sample) else "")
        confirm(f"{action.capitalize()} {count(plan.count, 'job')} ({sample})?", yes=yes)
        return await client.bulk_jobs(request.model_copy(update={"commit": plan.state_hash}))

    done = ask(ctx, work)
    if json:
        out.one(_nothing(action) if done is None else done)
    elif done is None:
        out.say("No jobs match.")
    else:
        out.text(f"{count(done.changed, 'job')} changed.")
        for skipped in done.skipped:
            out.text(f"! {skipped}")


def _nothing(action: str) -> "BulkResult":
    from lsync.core.control.messages import BulkResult

    return BulkResult(action=action, changed=0)
