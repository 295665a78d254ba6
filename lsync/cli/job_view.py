"""Jobs, queue statistics and pauses as tables and texts."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from lsync.cli.moments import duration, local, local_exact
from lsync.cli.output import Output, block, json_line
from lsync.cli.table import Column, Styled
from lsync.cli.wording import count, marked
from lsync.core.domain.job import CANCEL_GRACE, JobState, Priority
from lsync.core.domain.pausing import EVERYTHING, tell_pauses

if TYPE_CHECKING:
    from lsync.core.control.messages import (
        AttemptMessage,
        ErrorGroupMessage,
        JobMessage,
        PauseMessage,
        QueueStats,
        WorkerMessage,
    )

BARS = "▁▂▃▄▅▆▇█"
SOON = f"ends before its next call, or is broken off after {CANCEL_GRACE.total_seconds():.0f} s"
STOPPING = (
    "Ends before its next call to Lightspeed; a call under way may still be answered for "
    f"{duration(CANCEL_GRACE.total_seconds())}, then it is broken off and the next sync looks "
    "what came of it."
)
"""What becomes of a running job that was asked to stop; the one for a cell, the other whole."""


def subject(job: "JobMessage") -> str:
    """What a job is about: its order, consignment or product."""
    for key in ("order_number", "consignment_id", "product_id"):
        if key in job.payload:
            return str(job.payload[key])
    return ""


def _state(job: "JobMessage") -> Styled:
    if _is_stopping(job):
        return Styled(text="▸ stopping", style="yellow")
    if job.state is JobState.PENDING and job.attempts and job.error:
        return Styled(text="… waits to retry", style="yellow")
    return marked(job.state)


def _is_stopping(job: "JobMessage") -> bool:
    return job.cancel_requested and job.state is JobState.PROCESSING


def _error(job: "JobMessage") -> str:
    return SOON if _is_stopping(job) else _first_line(job.error)


def _took(attempt: "AttemptMessage") -> str:
    if attempt.ended_at is None:
        return ""
    return duration((attempt.ended_at - attempt.started_at).total_seconds())


def _memory(worker: "WorkerMessage") -> str:
    return "" if worker.memory_mb is None else f"{worker.memory_mb:.0f} MB"


JOB_COLUMNS: "tuple[Column[JobMessage], ...]" = (
    Column(title="Job", cell=lambda job: str(job.id), right=True),
    Column(title="State", cell=_state),
    Column(title="Type", cell=lambda job: job.type, rank=1),
    Column(title="For", cell=subject),
    Column(title="Priority", cell=lambda job: job.priority, rank=3),
    Column(
        title="Attempts", cell=lambda job: f"{job.attempts}/{job.max_attempts}", rank=2, right=True
    ),
    Column(title="When", cell=lambda job: local(_moment(job)), rank=4),
    Column(title="Error", cell=_error, elastic=True),
)

STUCK_COLUMNS: "tuple[Column[JobMessage], ...]" = (
    Column(title="Job", cell=lambda job: str(job.id), right=True),
    Column(title="Type", cell=lambda job: job.type),
    Column(title="For", cell=subject),
    Column(title="Started", cell=lambda job: local_exact(job.started_at), rank=1),
    Column(title="Lease ended", cell=lambda job: local_exact(job.lease_expires_at)),
    Column(title="Worker", cell=lambda job: job.worker_id or "", elastic=True),
)

ERROR_COLUMNS: "tuple[Column[ErrorGroupMessage], ...]" = (
    Column(title="Error", cell=lambda each: each.error_class or "(none)"),
    Column(title="Jobs", cell=lambda each: str(each.jobs), right=True),
    Column(title="Newest", cell=lambda each: str(each.newest_job), right=True, rank=1),
    Column(title="Example", cell=lambda each: _first_line(each.example), elastic=True),
)

ATTEMPT_COLUMNS: "tuple[Column[AttemptMessage], ...]" = (
    Column(title="Attempt", cell=lambda each: str(each.number), right=True),
    Column(title="Started", cell=lambda each: local_exact(each.started_at)),
    Column(title="Took", cell=_took, right=True),
    Column(title="Outcome", cell=lambda each: each.outcome or "running"),
    Column(title="Worker", cell=lambda each: each.worker_id, rank=2, elastic=True),
    Column(title="Message", cell=lambda each: _first_line(each.message), elastic=True),
)

WORKER_COLUMNS: "tuple[Column[WorkerMessage], ...]" = (
    Column(title="Worker", cell=lambda each: each.id),
    Column(title="", cell=lambda each: marked("ok" if each.alive else "failed").text[0]),
    Column(title="Host", cell=lambda each: f"{each.host}:{each.pid}", rank=2),
    Column(title="Heartbeat", cell=lambda each: local_exact(each.heartbeat_at), rank=1),
    Column(title="Running", cell=lambda each: str(len(each.running)), right=True),
    Column(title="Done", cell=lambda each: str(each.jobs_done), right=True),
    Column(title="Failed", cell=lambda each: str(each.jobs_failed), right=True),
    Column(title="Memory", cell=_memory, right=True, rank=3),
)

PAUSE_COLUMNS: "tuple[Column[PauseMessage], ...]" = (
    Column(title="Paused", cell=lambda each: "everything" if each.type == "*" else each.type),
    Column(title="Since", cell=lambda each: local(each.paused_at)),
    Column(title="By", cell=lambda each: each.paused_by, rank=1, elastic=True),
    Column(title="Reason", cell=lambda each: each.reason, elastic=True, fold=True),
)


def print_job(out: Output, job: "JobMessage") -> None:
    """One job whole: payload, error explained, every attempt."""
    rows = {
        "Job": f"{job.id}  {job.type}",
        "State": _state(job).text,
        "Stopping": STOPPING if _is_stopping(job) else "",
        "Priority": job.priority,
        "Attempts": f"{job.attempts} of {job.max_attempts}",
        "Created": local_exact(job.created_at),
        "Available": local_exact(job.available_at) if job.state is JobState.PENDING else "",
        "Started": local_exact(job.started_at),
        "Completed": local_exact(job.completed_at),
        "Worker": job.worker_id or "",
        "Waits for": count(job.waiting_for, "other job") if job.waiting_for else "",
        "Payload": json_line(job.payload),
        "Result": json_line(job.result) if job.result else "",
    }
    out.text("\n".join(f"{title + ':':10} {value}" for title, value in rows.items() if value))
    told = job.explained or job.error
    if told:
        out.text(block("\nError", told.splitlines()))
    if job.history:
        out.text("")
        out.table(job.history, ATTEMPT_COLUMNS)


def print_resumed(out: Output, type_: str, still: "Sequence[PauseMessage]") -> None:
    """What goes on, and what stays paused with the way to end that."""
    what = "The queue as a whole is" if type_ == EVERYTHING else f"Jobs of type {type_} are"
    if not still:
        out.text(f"{what} no longer paused. Nothing is paused.")
        return
    out.text(f"{what} no longer paused, but something else still is:")
    for told in tell_pauses(still):
        out.text(f"! {told}")


def print_stats(out: Output, stats: "QueueStats") -> None:
    """Counts by state and priority, by type, durations, workers, pauses."""
    out.table([*JobState], _count_columns(stats))
    if stats.by_type:
        out.text(
            "\n"
            + "\n".join(f"{name}: {_counts(each)}" for name, each in sorted(stats.by_type.items()))
        )
    out.text("\n" + "\n".join(_durations(stats)))
    if stats.workers:
        out.text("")
        out.table(stats.workers, WORKER_COLUMNS)
    else:
        out.text("\n! No worker is running: nothing is worked on until a daemon starts.")
    if stats.pauses:
        out.text("")
        out.table(stats.pauses, PAUSE_COLUMNS)


def sparkline(values: Sequence[int]) -> str:
    """The values as one line of bars; the highest fills its cell."""
    top = max(values, default=0)
    return "".join(
        BARS[round(value / top * (len(BARS) - 1))] if top else BARS[0] for value in values
    )


def _count_columns(stats: "QueueStats") -> "tuple[Column[JobState], ...]":
    def number(label: str) -> "Column[JobState]":
        return Column(
            title=label,
            cell=lambda state: str(stats.counts.get(state, {}).get(label, 0)),
            right=True,
        )

    return (
        Column(title="State", cell=marked),
        *(number(priority.label) for priority in Priority),
        Column(
            title="all",
            cell=lambda state: str(sum(stats.counts.get(state, {}).values())),
            right=True,
        ),
    )


def _durations(stats: "QueueStats") -> list[str]:
    def milliseconds(value: float | None) -> str:
        return "-" if value is None else duration(value / 1000)

    lines = [
        f"Oldest waiting job  {duration(stats.oldest_pending_seconds) or '-'}",
        f"Average run         {duration(stats.average_seconds) or '-'}",
        f"Wait p50, p95       {milliseconds(stats.wait_p50_ms)}, {milliseconds(stats.wait_p95_ms)}",
        f"Run p50, p95        {milliseconds(stats.run_p50_ms)}, {milliseconds(stats.run_p95_ms)}",
        f"Active workers      {sum(worker.alive for worker in stats.workers)}",
    ]
    if any(stats.throughput):
        lines.append(f"Done in the hour    {_hour(stats.throughput)}")
    if any(stats.failures):
        lines.append(f"Failed in the hour  {_hour(stats.failures)}")
    return lines


def _hour(minutes: Sequence[int]) -> str:
    """The hour in bars of two minutes, and the sum."""
    pairs = [sum(minutes[place : place + 2]) for place in range(0, len(minutes), 2)]
    return f"{sparkline(pairs)} {sum(minutes)}"


def _counts(states: dict[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in states.items() if number) or "none"


def _moment(job: "JobMessage") -> datetime:
    return job.completed_at or job.started_at or job.available_at


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]
