"""Running syncs from a command: queue, follow, print, exit by the result."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING

import typer

from lsync.cli import options
from lsync.cli.connection import ask
from lsync.cli.failures import INTERRUPTED, Failure, explain, report
from lsync.cli.following import follow, state_of
from lsync.cli.sending import ending, is_unsent, refusal
from lsync.cli.wording import count, listing

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.errors import DaemonUnreachable
    from lsync.core.control.messages import JobMessage, OrderDetail, SyncAccepted

Queue = Callable[["ControlClient", "Refusals"], AsyncIterator["list[SyncAccepted]"]]


SHOWN_JOBS = 10


class Refusals:
    """Orders that the daemon would not queue; the others go on."""

    def __init__(self) -> None:
        self.failures: list[Failure] = []

    async def collect(
        self,
        client: "ControlClient",
        number: str,
        *,
        look: bool = False,
        send: bool = False,
        plan: str | None = None,
    ) -> "SyncAccepted | None":
        """Queue a sync; ``None`` after keeping a refusal.

        Raises:
            DaemonUnreachable: nobody answers any more.
        """
        from lsync.cli.lookup import suggesting
        from lsync.core.control.errors import ControlError, DaemonUnreachable

        try:
            async with suggesting(client, number):
                return await client.sync(number, look=look, send=send, plan=plan)
        except DaemonUnreachable:
            raise
        except (ControlError, Failure) as error:
            self.failures.append(explain(error))
            return None


def run_syncs(
    ctx: typer.Context,
    queue: Queue,
    *,
    wait: bool,
    timeout_seconds: float | None,
    json: bool,
    sending: bool = False,
) -> None:
    """Queue batch after batch; with ``wait`` follow each, then print and exit by the result.

    With ``sending`` an order that is not marked as sent in the end has failed.
    """
    from lsync.core.control.errors import DaemonUnreachable

    accepted: list[SyncAccepted] = []
    refusals = Refusals()

    async def work(client: "ControlClient") -> "tuple[list[JobMessage], list[OrderDetail]]":
        jobs: list[JobMessage] = []
        async for batch in queue(client, refusals):
            accepted.extend(batch)
            if wait:
                quiet = options.general(ctx).quiet
                jobs += await follow(
                    client,
                    batch,
                    quiet=quiet,
                    timeout_seconds=timeout_seconds,
                    ending=ending if sending else state_of,
                )
        orders = [await client.order(each.order_number) for each in accepted] if wait else []
        return jobs, orders

    try:
        jobs, orders = ask(ctx, work, loop=True, daemon=True)
    except KeyboardInterrupt:
        raise _interrupted(accepted) from None
    except DaemonUnreachable as lost:
        if not accepted:
            raise
        raise _lost(accepted, lost) from lost
    _print(ctx, accepted, orders, wait=wait, json=json, refused=bool(refusals.failures))
    if sending:
        pairs = zip(jobs, orders, strict=False)
        refusals.failures += [refusal(order) for job, order in pairs if is_unsent(job)]
    _end(jobs, refusals)


def _print(
    ctx: typer.Context,
    accepted: "Sequence[SyncAccepted]",
    orders: "Sequence[OrderDetail]",
    *,
    wait: bool,
    json: bool,
    refused: bool,
) -> None:
    from lsync.cli.sync_view import ACCEPTED_COLUMNS, RESULT_COLUMNS, print_results

    out = options.output(ctx, json=json)
    if not wait:
        out.rows(accepted, ACCEPTED_COLUMNS, empty="" if refused else "Nothing to sync.")
    elif json:
        out.rows(orders, RESULT_COLUMNS, empty="")
    elif orders:
        print_results(out, orders)
    elif not refused:
        out.say("Nothing to sync.")


def _end(jobs: "Sequence[JobMessage]", refusals: Refusals) -> None:
    from lsync.cli.sync_view import exit_code

    for failure in refusals.failures:
        report(failure)
    code = exit_code(jobs) or max((failure.code for failure in refusals.failures), default=0)
    if code:
        raise typer.Exit(code)


def _lost(accepted: "Sequence[SyncAccepted]", lost: "DaemonUnreachable") -> Failure:
    """The daemon is gone, its queue is not: say that going on is safe."""
    stay = count(len(accepted), "sync stays", "syncs stay")
    return Failure(
        f"The daemon stopped answering. {stay} in its queue.",
        why=lost.message.error,
        next_step="When it runs again it goes on where each one stood; run this command again to "
        "follow them: nothing is done twice.",
        code=explain(lost).code,
    )


def _interrupted(accepted: "Sequence[SyncAccepted]") -> Failure:
    """Ctrl-C stops the waiting, not the work: say what goes on and how to stop it."""
    if not accepted:
        return Failure("Interrupted; nothing was queued.", code=INTERRUPTED)
    jobs = listing(str(each.job_id) for each in accepted[-SHOWN_JOBS:])
    more = f" and {len(accepted) - SHOWN_JOBS} before" * (len(accepted) > SHOWN_JOBS)
    stay = count(len(accepted), "sync stays", "syncs stay")
    return Failure(
        f"Stopped waiting. {stay} in the daemon's queue.",
        why=f"The daemon goes on with job {jobs}{more}.",
        next_step="See them with `lsync queue list`, stop one with `lsync queue cancel JOB`.",
        code=INTERRUPTED,
    )
