"""``lsync queue``: retrying, cancelling, discarding and correcting jobs."""

import json as json_text
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lsync.cli.connection import ask
from lsync.cli.editing import edit as edit_text
from lsync.cli.failures import USAGE, Failure
from lsync.cli.groups import examples, part
from lsync.cli.options import JobId, Json, SomeJobs, Yes, output
from lsync.cli.questions import confirm
from lsync.cli.selection import WhichJobs, given, takes
from lsync.cli.wording import count, listing
from lsync.core.domain.explain import sentence
from lsync.core.domain.job import JobState

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import BulkRequest

app = part()

Failed = Annotated[bool, typer.Option("--failed", help="Every failed job, or those that match.")]
Pending = Annotated[bool, typer.Option("--pending", help="Every waiting job, or those that match.")]


@app.command(
    "retry",
    epilog=examples(
        "lsync queue retry 17",
        "lsync queue retry --failed",
        "lsync queue retry --failed --error Timeout --since 2h --yes",
        "lsync queue retry --failed --filter 'tries<4 !type:sync.poll'",
    ),
)
@takes(WhichJobs)
def retry(
    ctx: typer.Context,
    jobs: SomeJobs = None,
    *,
    failed: Failed = False,
    which: WhichJobs,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Let failed or cancelled jobs run again, with fresh attempts.

    Jobs that failed only because one of them did come back with it.
    """
    from lsync.cli.bulk import act_on_each
    from lsync.cli.job_view import JOB_COLUMNS

    _check_either(jobs, which, every=failed, flag="--failed")
    if failed:
        _act_on_matching(ctx, "retry", which, state=JobState.FAILED, yes=yes, json=json)
        return
    act_on_each(
        ctx,
        jobs or [],
        lambda client, job: client.retry_job(job),
        columns=JOB_COLUMNS,
        json=json,
    )


@app.command(
    "cancel",
    epilog=examples(
        "lsync queue cancel 17",
        "lsync queue cancel 17 18 --yes",
        "lsync queue cancel --pending --type catalogue.refresh",
        "lsync queue cancel --pending --supplier Northwind",
    ),
)
@takes(WhichJobs)
def cancel(
    ctx: typer.Context,
    jobs: SomeJobs = None,
    *,
    pending: Pending = False,
    which: WhichJobs,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Cancel jobs. A running one stops at its next safe point."""
    from lsync.cli.bulk import act_on_each
    from lsync.cli.job_view import JOB_COLUMNS

    _check_either(jobs, which, every=pending, flag="--pending")
    if pending:
        _act_on_matching(ctx, "cancel", which, state=JobState.PENDING, yes=yes, json=json)
        return
    named = list(dict.fromkeys(jobs or []))

    async def agreed(client: "ControlClient") -> list[int]:
        if there := await _existing(client, named):
            question = f"Cancel {count(len(there), 'job')} ({listing(map(str, there))})?"
            confirm(question, yes=yes)
        return named

    act_on_each(
        ctx, agreed, lambda client, job: client.cancel_job(job), columns=JOB_COLUMNS, json=json
    )


@app.command(
    "discard",
    epilog=examples(
        "lsync queue discard 17",
        "lsync queue discard --failed",
        "lsync queue discard --failed --error unknown_sku --until 2026-11-01",
    ),
)
@takes(WhichJobs)
def discard(
    ctx: typer.Context,
    jobs: SomeJobs = None,
    *,
    failed: Failed = False,
    which: WhichJobs,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Give failed jobs up: they become cancelled and their orders not synced."""
    from lsync.cli.bulk import act_on_matching

    _check_either(jobs, which, every=failed, flag="--failed")
    if failed:
        _act_on_matching(ctx, "discard", which, state=JobState.FAILED, yes=yes, json=json)
        return

    async def named(_: "ControlClient") -> "BulkRequest":
        from lsync.core.control.messages import BulkRequest

        return BulkRequest(action="discard", ids=tuple(jobs or ()), state=JobState.FAILED)

    act_on_matching(ctx, "discard", named, yes=yes, json=json)


@app.command(
    "edit",
    epilog=examples(
        "lsync queue edit 17",
        """lsync queue edit 17 --payload '{"order_number": "PO-1001"}' --retry""",
    ),
)
def edit(
    ctx: typer.Context,
    job: JobId,
    *,
    payload: Annotated[
        str | None,
        typer.Option("--payload", metavar="JSON", help="The new payload; - reads it from stdin."),
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help="And let the job run again.")] = False,
    json: Json = False,
) -> None:
    """Correct the payload of a failed job, in your editor unless --payload is given.

    What the job is about stays: to sync another order, queue that one.
    """
    from lsync.cli.job_view import print_job
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import JobMessage

    if payload is None:
        before = ask(ctx, lambda client: client.job(job)).payload
        given = edit_text(
            json_text.dumps(before, indent=2, ensure_ascii=False),
            suffix=".json",
            otherwise="Give the new payload with --payload JSON, or --payload - on stdin.",
        )
    else:
        given = sys.stdin.read() if payload == "-" else payload
    wanted = _read(given)

    async def work(client: ControlClient) -> JobMessage:
        changed = await client.edit_job(job, wanted)
        return await client.retry_job(job) if retry else changed

    changed = ask(ctx, work)
    out = output(ctx, json=json)
    if json:
        out.one(changed)
    else:
        print_job(out, changed)


def _read(text: str) -> dict[str, Any]:
    try:
        found = json_text.loads(text)
    except (ValueError, RecursionError) as error:
        raise Failure(
            "The payload is not JSON.",
            why=sentence(str(error)),
            next_step="Give an object in double quotes, such as "
            """'{"order_number": "PO-1001"}'; `lsync queue show` prints the present one.""",
            code=USAGE,
        ) from None
    if not isinstance(found, dict):
        raise Failure(
            "The payload is not a JSON object.",
            next_step='Give one, such as {"order_number": "PO-1001"}.',
            code=USAGE,
        )
    return found


def _act_on_matching(
    ctx: typer.Context, action: str, which: WhichJobs, *, state: JobState, yes: bool, json: bool
) -> None:
    from lsync.cli.bulk import act_on_matching
    from lsync.cli.choosing import bulk_request

    act_on_matching(
        ctx,
        action,
        lambda client: bulk_request(client, action, which, state=state),
        yes=yes,
        json=json,
    )


async def _existing(client: "ControlClient", jobs: list[int]) -> list[int]:
    """Those that there are; the others are refused when it comes to them."""
    from lsync.core.control.errors import ControlError

    found = []
    for job in jobs:
        try:
            found.append((await client.job(job)).id)
        except ControlError as error:
            if error.status != 404:
                raise
    return found


def _check_either(jobs: list[int] | None, which: WhichJobs, *, every: bool, flag: str) -> None:
    """Let ids or the flag pass, not both and not none; filters belong to the flag.

    Raises:
        Failure: it is not clear which jobs are meant.
    """
    if given(which) and not every:
        raise Failure(
            f"{listing(given(which))} choose among all jobs.",
            next_step=f"Add {flag}, or name the jobs without a filter.",
            code=USAGE,
        )
    if bool(jobs) == every:
        raise Failure(
            "Say which jobs.", next_step=f"Give job ids, or {flag}; not both.", code=USAGE
        )
