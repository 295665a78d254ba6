"""``lsync queue``: retrying, cancelling, discarding and correcting jobs."""

import json as json_text
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lsync.cli.choices import PRIORITIES, check_choice
from lsync.cli.connection import ask
from lsync.cli.editing import edit as edit_text
from lsync.cli.failures import USAGE, Failure
from lsync.cli.groups import examples
from lsync.cli.options import JobId, Json, SomeJobs, Yes, output
from lsync.cli.questions import confirm
from lsync.cli.wording import count, listing
from lsync.core.domain.job import JobState

if TYPE_CHECKING:
    from lsync.core.control.messages import BulkRequest

app = typer.Typer()

Failed = Annotated[bool, typer.Option("--failed", help="Every failed job, or those that match.")]
Pending = Annotated[bool, typer.Option("--pending", help="Every waiting job, or those that match.")]
OfType = Annotated[str | None, typer.Option("--type", help="Of all: only this job type.")]
OfPriority = Annotated[
    str | None, typer.Option("--priority", help=f"Of all: one of {', '.join(PRIORITIES)}.")
]
OfError = Annotated[
    str | None,
    typer.Option("--error", help="Of all: this class of error, as `queue errors` lists them."),
]
WithText = Annotated[
    str | None, typer.Option("--text", help="Of all: this in the payload or the error.")
]


@app.command(
    "retry",
    epilog=examples(
        "lsync queue retry 17",
        "lsync queue retry --failed",
        "lsync queue retry --failed --error Timeout --yes",
    ),
)
def retry(
    ctx: typer.Context,
    jobs: SomeJobs = None,
    *,
    failed: Failed = False,
    type_: OfType = None,
    priority: OfPriority = None,
    error: OfError = None,
    text: WithText = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Let failed or cancelled jobs run again, with fresh attempts.

    Jobs that failed only because one of them did come back with it.
    """
    from lsync.cli.bulk import act_on_each, act_on_matching
    from lsync.cli.job_view import JOB_COLUMNS

    chosen = _chosen(
        "retry", "--failed", failed, type=type_, priority=priority, error_class=error, text=text
    )
    _check_either(jobs, every=chosen is not None, flag="--failed")
    if chosen is not None:
        act_on_matching(ctx, chosen, yes=yes, json=json)
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
    ),
)
def cancel(
    ctx: typer.Context,
    jobs: SomeJobs = None,
    *,
    pending: Pending = False,
    type_: OfType = None,
    priority: OfPriority = None,
    text: WithText = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Cancel jobs. A running one stops at its next safe point."""
    from lsync.cli.bulk import act_on_each, act_on_matching
    from lsync.cli.job_view import JOB_COLUMNS

    chosen = _chosen("cancel", "--pending", pending, type=type_, priority=priority, text=text)
    _check_either(jobs, every=chosen is not None, flag="--pending")
    if chosen is not None:
        act_on_matching(ctx, chosen, yes=yes, json=json)
        return
    named = jobs or []
    confirm(f"Cancel {count(len(named), 'job')} ({listing(map(str, named))})?", yes=yes)
    act_on_each(
        ctx, named, lambda client, job: client.cancel_job(job), columns=JOB_COLUMNS, json=json
    )


@app.command(
    "discard",
    epilog=examples(
        "lsync queue discard 17",
        "lsync queue discard --failed",
        "lsync queue discard --failed --error unknown_sku",
    ),
)
def discard(
    ctx: typer.Context,
    jobs: SomeJobs = None,
    *,
    failed: Failed = False,
    type_: OfType = None,
    priority: OfPriority = None,
    error: OfError = None,
    text: WithText = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Give failed jobs up: they become cancelled and their orders not synced."""
    from lsync.cli.bulk import act_on_matching
    from lsync.core.control.messages import BulkRequest

    chosen = _chosen(
        "discard", "--failed", failed, type=type_, priority=priority, error_class=error, text=text
    )
    _check_either(jobs, every=chosen is not None, flag="--failed")
    request = chosen or BulkRequest(action="discard", ids=tuple(jobs or ()), state=JobState.FAILED)
    act_on_matching(ctx, request, yes=yes, json=json)


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
            "The payload is not JSON.", why=f"{error}.", next_step="Correct it.", code=USAGE
        ) from None
    if not isinstance(found, dict):
        raise Failure(
            "The payload is not a JSON object.",
            next_step='Give one, such as {"order_number": "PO-1001"}.',
            code=USAGE,
        )
    return found


def _chosen(action: str, flag: str, every: bool, **filters: str | None) -> "BulkRequest | None":
    """The bulk action over all that match; None when jobs are named instead."""
    from lsync.core.control.messages import BulkRequest

    check_choice("--priority", filters.get("priority"), PRIORITIES)
    if not every:
        given = [name for name, value in filters.items() if value is not None]
        if given:
            raise Failure(
                "Filters choose among all jobs.",
                next_step=f"Add {flag}, or name the jobs without a filter.",
                code=USAGE,
            )
        return None
    state = JobState.PENDING if flag == "--pending" else JobState.FAILED
    return BulkRequest.model_validate({"action": action, "state": state, **filters})


def _check_either(jobs: list[int] | None, *, every: bool, flag: str) -> None:
    """Let ids or the flag pass, not both and not none.

    Raises:
        Failure: it is not clear which jobs are meant.
    """
    if bool(jobs) == every:
        raise Failure(
            "Say which jobs.", next_step=f"Give job ids, or {flag}; not both.", code=USAGE
        )
