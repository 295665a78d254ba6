"""Jobs as rows and as a detail page."""

from collections.abc import Callable, Sequence
from datetime import datetime

from lsync.core.control.messages import AttemptMessage, JobMessage
from lsync.core.domain.job import JobState, Priority
from lsync.tui.view.fields import field_lines, heading
from lsync.tui.view.highlight import json_lines
from lsync.tui.view.marks import JOB_MARKS
from lsync.tui.view.spans import Line, Span, Tone, block, line
from lsync.tui.view.table import Column, Table
from lsync.tui.view.words import Moment, length

COLUMNS = (
    Column(title="state", least=12, most=12),
    Column(title="job", least=7, most=7, right=True),
    Column(title="type", least=11, most=18),
    Column(title="about", least=10, most=20),
    Column(title="priority", least=8, most=8, drop=2),
    Column(title="tries", least=5, most=5, right=True),
    Column(title="when", least=11, most=11, drop=1),
    Column(title="error", least=12, drop=3),
)
PRIORITY_TONES = {"critical": Tone.BAD, "high": Tone.WARN, "low": Tone.DIM}
PRIORITIES = {priority.label: priority.value for priority in Priority}
RETRYABLE = frozenset({JobState.FAILED, JobState.CANCELLED})
CANCELLABLE = frozenset({JobState.PENDING, JobState.PROCESSING})
"""A failed job is not cancelled but discarded: it has ended already."""
TRACE_LINES = 12
"""A trace is folded to its last lines, where the cause stands."""


def jobs_table(moment: Callable[[], Moment]) -> Table[JobMessage]:
    """Return the table of jobs; times are written as of ``moment()``."""
    return Table(
        columns=COLUMNS,
        key=lambda job: job.id,
        cells=lambda job: job_cells(job, moment()),
        sort_keys=(
            lambda job: list(JobState).index(job.state),
            lambda job: job.id,
            lambda job: job.type,
            about,
            lambda job: PRIORITIES.get(job.priority, len(PRIORITIES)),
            lambda job: job.attempts,
            lambda job: _when(job).timestamp(),
            lambda job: job.error or "",
        ),
        empty="no jobs here",
    )


def job_cells(job: JobMessage, moment: Moment) -> Sequence[Span]:
    """Return the cells of one row."""
    return (
        _mark(job),
        Span(str(job.id), Tone.STRONG),
        Span(job.type),
        Span(about(job)),
        Span(job.priority, PRIORITY_TONES.get(job.priority, Tone.PLAIN)),
        Span(f"{job.attempts}/{job.max_attempts}"),
        Span(moment.clock(_when(job)), Tone.DIM),
        Span(job.error or "", Tone.BAD if job.state is JobState.FAILED else Tone.DIM),
    )


def about(job: JobMessage) -> str:
    """Return what a job is about: the order, consignment or product in its payload."""
    for name in ("order_number", "consignment_id", "product_id"):
        value = job.payload.get(name)
        if value is not None:
            return str(value)
    return ""


def _mark(job: JobMessage) -> Span:
    if job.cancel_requested and job.state is JobState.PROCESSING:
        return Span("◐ stopping", Tone.WARN)
    if job.state is JobState.PENDING and job.attempts:
        return Span("↻ retrying", Tone.WARN)
    return JOB_MARKS[job.state].span()


def _when(job: JobMessage) -> datetime:
    """When a waiting job may start, a running one started, a finished one ended."""
    if job.state is JobState.PENDING:
        return job.available_at
    return job.completed_at or job.started_at or job.available_at


def job_detail(job: JobMessage, moment: Moment) -> list[Line]:
    """Return the detail page: the explained error and the next key, payload, attempts."""
    return [
        line(Span(f"Job {job.id}", Tone.TITLE), Span("  "), _mark(job), Span(f"  {job.type}")),
        *_explained(job),
        *_next_keys(job, moment),
        *field_lines(_facts(job, moment)),
        *heading("Payload"),
        *json_lines(job.payload),
        *_attempts(job.history, moment),
    ]


def _explained(job: JobMessage) -> list[Line]:
    text = job.explained or job.error
    if not text:
        return []
    tone = Tone.BAD if job.state is JobState.FAILED else Tone.WARN
    return block(text, tone=tone)


def next_keys(job: JobMessage) -> list[tuple[str, str]]:
    """Return the keys that make sense for a job now, and what each does."""
    if job.state is JobState.FAILED:
        return [
            ("r", "retry: safe, a sync looks before it writes"),
            ("X", "discard it: give it up for good"),
        ]
    if job.state is JobState.CANCELLED:
        return [("r", "run it after all")]
    if job.state is JobState.PENDING:
        return [("x", "cancel it before it starts")]
    if job.state is JobState.PROCESSING and not job.cancel_requested:
        return [("x", "ask it to stop at the next safe point")]
    return []


def _next_keys(job: JobMessage, moment: Moment) -> list[Line]:
    lines = [
        line(Span("→ ", Tone.DIM), Span(key, Tone.KEY), Span(f"  {words}"))
        for key, words in next_keys(job)
    ]
    if job.state is JobState.PENDING and job.attempts and job.available_at > moment.now:
        at = moment.clock(job.available_at)
        lines.insert(0, line(Span("→ ", Tone.DIM), Span(f"runs again by itself at {at}")))
    return lines


def _facts(job: JobMessage, moment: Moment) -> list[tuple[str, str]]:
    ran = job.completed_at - job.started_at if job.completed_at and job.started_at else None
    facts = [
        ("priority", job.priority),
        ("attempts", f"{job.attempts} of {job.max_attempts}"),
        ("created", moment.stamp(job.created_at)),
        ("available", moment.stamp(job.available_at)),
        ("started", moment.stamp(job.started_at) if job.started_at else ""),
        ("finished", moment.stamp(job.completed_at) if job.completed_at else ""),
        ("ran for", length(ran) if ran is not None else ""),
        ("worker", job.worker_id or ""),
        ("error class", job.error_class or ""),
        ("unique key", job.unique_key or ""),
    ]
    return [(name, value) for name, value in facts if value]


def _attempts(history: Sequence[AttemptMessage], moment: Moment) -> list[Line]:
    if not history:
        return []
    lines = [*heading(f"Attempts ({len(history)})")]
    for attempt in reversed(history):
        lines += _attempt(attempt, moment)
    return lines


def _attempt(attempt: AttemptMessage, moment: Moment) -> list[Line]:
    ran = attempt.ended_at - attempt.started_at if attempt.ended_at else None
    failed = attempt.error_class is not None
    lines = [
        line(
            Span(f"#{attempt.number} ", Tone.STRONG),
            Span(attempt.outcome or "running", Tone.BAD if failed else Tone.PLAIN),
            Span(f"  {moment.clock(attempt.started_at)}", Tone.DIM),
            Span(f"  {length(ran)}" if ran is not None else "", Tone.DIM),
            Span(f"  on {attempt.worker_id}", Tone.DIM),
        )
    ]
    if attempt.message:
        head = f"{attempt.error_class}: " if attempt.error_class else ""
        lines += [(Span("   "), *row) for row in block(head + attempt.message)]
    return [*lines, *_trace(attempt.trace)]


def _trace(trace: str | None) -> list[Line]:
    if not trace:
        return []
    rows = block(trace.rstrip("\n"), tone=Tone.DIM)
    folded = len(rows) - TRACE_LINES
    head = [line(Span(f"   … {folded} earlier lines of the trace", Tone.DIM))] if folded > 0 else []
    return [*head, *((Span("   "), *row) for row in rows[-TRACE_LINES:])]
