"""``lsync queue``: the jobs behind every sync."""

from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli import options
from lsync.cli.choices import JOB_STATES, PRIORITIES, check_choice
from lsync.cli.connection import ask
from lsync.cli.failures import USAGE, Failure
from lsync.cli.groups import examples, group
from lsync.cli.options import JobId, JobIds, Json, JsonLines, SomeJobs, Watch, Yes
from lsync.cli.paging import paged
from lsync.cli.watching import show_again
from lsync.cli.wording import count, listing
from lsync.core.domain.job import FINISHED, JobState

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import JobMessage

app = group(
    "Jobs: list, show, retry, cancel, pause.",
    "lsync queue stats",
    "lsync queue list failed",
    "lsync queue retry 17",
)

Failed = Annotated[bool, typer.Option("--failed", help="Every failed job.")]
OfType = Annotated[str | None, typer.Option("--type", help="With --failed: only this job type.")]
JobType = Annotated[
    str, typer.Argument(metavar="[TYPE]", help="A job type, such as sync.push; * is all.")
]


@app.command(
    "stats",
    epilog=examples("lsync queue stats", "lsync queue stats --watch", "lsync queue stats --json"),
)
def stats(ctx: typer.Context, *, watch: Watch = False, json: Json = False) -> None:
    """Count jobs by state and priority; show durations, workers and pauses."""
    from lsync.cli.job_view import print_stats

    out = options.output(ctx, json=json)

    def show() -> None:
        counted = ask(ctx, lambda client: client.stats())
        if json:
            out.one(counted)
        else:
            print_stats(out, counted)

    show_again(show, watch=watch)


@app.command(
    "list",
    epilog=examples(
        "lsync queue list", "lsync queue list failed", "lsync queue list failed 20 --type sync.push"
    ),
)
def list_(
    ctx: typer.Context,
    state: Annotated[
        str | None,
        typer.Argument(
            metavar="[STATE]", help=f"One of {', '.join(JOB_STATES)}.", show_default=False
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Argument(metavar="[LIMIT]", min=1, help="At most this many.", show_default=False),
    ] = None,
    *,
    type_: Annotated[str | None, typer.Option("--type", help="A job type.")] = None,
    priority: Annotated[
        str | None, typer.Option("--priority", help=f"One of {', '.join(PRIORITIES)}.")
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", help="Part of the payload or the error.")
    ] = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """List jobs, newest first."""
    from lsync.cli.job_view import JOB_COLUMNS

    check_choice("STATE", state, JOB_STATES)
    check_choice("--priority", priority, PRIORITIES)
    out = options.output(ctx, json=json, jsonl=jsonl)

    async def work(client: "ControlClient") -> None:
        async def page(after: int | None, size: int) -> "tuple[JobMessage, ...]":
            return await client.jobs(
                state=state, type=type_, priority=priority, text=text, limit=size, after=after
            )

        rows = paged(page, lambda job: job.id, limit=limit)
        await out.stream(rows, JOB_COLUMNS, empty="No jobs match.", limit=limit)

    ask(ctx, work)


@app.command("show", epilog=examples("lsync queue show 17", "lsync queue show 17 --json"))
def show(ctx: typer.Context, job: JobId, *, json: Json = False) -> None:
    """Show one job: payload, every attempt, the error explained."""
    from lsync.cli.job_view import print_job

    found = ask(ctx, lambda client: client.job(job))
    out = options.output(ctx, json=json)
    if json:
        out.one(found)
    else:
        print_job(out, found)


@app.command(
    "retry",
    epilog=examples(
        "lsync queue retry 17", "lsync queue retry --failed", "lsync queue retry --failed --yes"
    ),
)
def retry(
    ctx: typer.Context,
    jobs: SomeJobs = None,
    *,
    failed: Failed = False,
    type_: OfType = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Let failed or cancelled jobs run again, with fresh attempts."""
    from lsync.cli.bulk import act_on_each, act_on_matching
    from lsync.cli.job_view import JOB_COLUMNS
    from lsync.core.control.messages import BulkRequest

    _check_either(jobs, failed=failed)
    if failed:
        request = BulkRequest(action="retry", state=JobState.FAILED, type=type_)
        act_on_matching(ctx, request, yes=yes, json=json)
    else:
        act_on_each(
            ctx,
            jobs or [],
            lambda client, job: client.retry_job(job),
            columns=JOB_COLUMNS,
            json=json,
        )


@app.command("cancel", epilog=examples("lsync queue cancel 17", "lsync queue cancel 17 18 --yes"))
def cancel(
    ctx: typer.Context,
    jobs: JobIds,
    *,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Cancel jobs. A running one stops at its next safe point."""
    from lsync.cli.bulk import act_on_each
    from lsync.cli.job_view import JOB_COLUMNS
    from lsync.cli.questions import confirm

    confirm(f"Cancel {count(len(jobs), 'job')} ({listing(map(str, jobs))})?", yes=yes)
    act_on_each(
        ctx, jobs, lambda client, job: client.cancel_job(job), columns=JOB_COLUMNS, json=json
    )


@app.command(
    "discard",
    epilog=examples("lsync queue discard 17", "lsync queue discard --failed"),
)
def discard(
    ctx: typer.Context,
    jobs: SomeJobs = None,
    *,
    failed: Failed = False,
    type_: OfType = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Give failed jobs up: they become cancelled and their orders not synced."""
    from lsync.cli.bulk import act_on_matching
    from lsync.core.control.messages import BulkRequest

    _check_either(jobs, failed=failed)
    request = BulkRequest(
        action="discard", ids=tuple(jobs or ()), state=JobState.FAILED, type=type_
    )
    act_on_matching(ctx, request, yes=yes, json=json)


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
    from lsync.cli.bulk import act_on_matching
    from lsync.core.control.messages import BulkRequest

    check_choice("STATE", state, sorted(FINISHED))
    request = BulkRequest(action="clear", state=JobState(state))
    act_on_matching(ctx, request, yes=yes, json=json)


@app.command(
    "pause",
    epilog=examples("lsync queue pause --reason 'stock count'", "lsync queue pause sync.push"),
)
def pause(
    ctx: typer.Context,
    type_: JobType = "*",
    *,
    reason: Annotated[str, typer.Option("--reason", help="Shown to everyone who looks.")] = "",
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Start no more jobs, of one type or at all. Running ones end; nothing is lost."""
    from lsync.cli.job_view import PAUSE_COLUMNS

    paused = ask(ctx, lambda client: client.pause(type_, reason=reason))
    options.output(ctx, json=json, jsonl=jsonl).rows(
        paused, PAUSE_COLUMNS, empty="Nothing is paused."
    )


@app.command("resume", epilog=examples("lsync queue resume", "lsync queue resume sync.push"))
def resume(
    ctx: typer.Context, type_: JobType = "*", *, json: Json = False, jsonl: JsonLines = False
) -> None:
    """Start jobs again, of one type or all."""
    from lsync.cli.job_view import PAUSE_COLUMNS

    paused = ask(ctx, lambda client: client.resume(type_))
    options.output(ctx, json=json, jsonl=jsonl).rows(
        paused, PAUSE_COLUMNS, empty="Nothing is paused."
    )


@app.command("recover", epilog=examples("lsync queue recover", "lsync queue recover --json"))
def recover(ctx: typer.Context, *, json: Json = False) -> None:
    """Take back the jobs of workers that died, without waiting for it to happen by itself.

    Jobs that a living worker runs are left alone.
    """
    done = ask(ctx, lambda client: client.recover())
    out = options.output(ctx, json=json)
    if json:
        out.one(done)
    else:
        out.text(f"{count(done.changed, 'job')} taken back.".capitalize())


def _check_either(jobs: list[int] | None, *, failed: bool) -> None:
    """Let ids or ``--failed`` pass, not both and not none.

    Raises:
        Failure: it is not clear which jobs are meant.
    """
    if bool(jobs) == failed:
        raise Failure(
            "Say which jobs.", next_step="Give job ids, or --failed; not both.", code=USAGE
        )
