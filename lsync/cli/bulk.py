"""Acting on several things: one by one by name, or on all that match as plan and commit."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from lsync.cli import options
from lsync.cli.connection import ask
from lsync.cli.failures import FAILED, Failure, explain, report
from lsync.cli.questions import confirm_count
from lsync.cli.wording import count, listing

if TYPE_CHECKING:
    from lsync.cli.table import Column
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import BulkRequest

Named = TypeVar("Named", int, str)


def act_on_each(
    ctx: typer.Context,
    names: "Sequence[Named] | Callable[[ControlClient], Awaitable[Sequence[Named]]]",
    act: "Callable[[ControlClient, Named], Awaitable[Any]]",
    *,
    columns: "Sequence[Column[Any]]",
    json: bool,
    empty: str = "",
) -> None:
    """Act on each; one that is refused does not stop the others, but the exit code says so.

    ``names`` may be found out with the client; ``empty`` is said when there are none.
    """
    from lsync.core.control.errors import ControlError, DaemonUnreachable

    refused: list[Failure] = []

    async def work(client: "ControlClient") -> list[Any]:
        changed = []
        wanted = await names(client) if callable(names) else names
        for name in dict.fromkeys(wanted):
            try:
                changed.append(await act(client, name))
            except DaemonUnreachable:
                raise
            except (ControlError, Failure) as error:
                refused.append(explain(error))
        return changed

    changed = ask(ctx, work)
    if changed or json or not refused:
        options.output(ctx, json=json).rows(changed, columns, empty=empty)
    for failure in refused:
        report(failure)
    if refused:
        raise typer.Exit(FAILED)


def act_on_matching(
    ctx: typer.Context,
    action: str,
    find: "Callable[[ControlClient], Awaitable[BulkRequest | None]]",
    *,
    yes: bool,
    json: bool,
) -> None:
    """Show what the request that is found touches, ask, then act on exactly that.

    The daemon refuses if anything changed between plan and answer. Jobs that were named and
    cannot be touched do not stop the others, but each is told and the exit code says so.
    """
    from lsync.core.control.messages import BulkResult

    out = options.output(ctx, json=json)

    async def work(client: "ControlClient") -> BulkResult:
        request = await find(client)
        if request is None:
            return BulkResult(action=action, changed=0)
        plan = await client.plan_bulk(request)
        if not plan.count:
            return BulkResult(action=action, changed=0, skipped=plan.skipped)
        sample = listing(plan.sample) + (" …" if plan.count > len(plan.sample) else "")
        first = "the newest " if plan.more else ""
        question = f"{action.capitalize()} {first}{count(plan.count, 'job')} ({sample})?"
        confirm_count(question, plan.count, yes=yes)
        if plan.more:
            out.note("More jobs match than one action takes; run it again for the others.")
        return await client.bulk_jobs(request.model_copy(update={"commit": plan.state_hash}))

    done = ask(ctx, work)
    if json:
        out.one(done)
    elif done.changed:
        out.text(f"{count(done.changed, 'job').capitalize()} changed.")
    elif not done.skipped:
        out.say("No jobs match.")
    for skipped in done.skipped:
        report(Failure(skipped))
    if done.skipped:
        raise typer.Exit(FAILED)
