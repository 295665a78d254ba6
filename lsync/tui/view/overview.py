"""The overview's panels: queue, budget, health, webhooks, workers, throughput.

What waits for a person is ``attention``'s.
"""

from collections.abc import Sequence

from lsync.core.control.messages import (
    BudgetMessage,
    HealthMessage,
    QueueStats,
    StatusMessage,
    WebhookMeter,
    WorkerMessage,
)
from lsync.core.domain.job import JobState, Priority
from lsync.core.domain.order import SyncState
from lsync.tui.view.charts import bar_chart, gauge
from lsync.tui.view.forecast import forecast_line
from lsync.tui.view.marks import JOB_MARKS, SYNC_MARKS, status_mark
from lsync.tui.view.spans import Line, Span, Tone, fit, line
from lsync.tui.view.words import Moment, count, length

PRIORITIES = tuple(priority.label for priority in Priority)
NAME_WIDTH = 13
COUNT_WIDTH = 9


def queue_panel(stats: QueueStats, *, width: int) -> list[Line]:
    """Return the counts of jobs by state and priority."""
    cell = min(COUNT_WIDTH, (width - NAME_WIDTH) // len(PRIORITIES))
    names = [name if cell >= COUNT_WIDTH else name[:4] for name in PRIORITIES]
    head = [fit(Span("jobs", Tone.TITLE), NAME_WIDTH)]
    head += [fit(Span(name, Tone.DIM), cell, right=True) for name in names]
    return [tuple(head), *(_count_line(state, stats.counts, cell=cell) for state in JobState)]


def _count_line(state: JobState, counts: dict[str, dict[str, int]], *, cell: int) -> Line:
    mark = JOB_MARKS[state]
    row = counts.get(state.value, {})
    cells = [fit(mark.span(), NAME_WIDTH)]
    for priority in PRIORITIES:
        number = row.get(priority, 0)
        loud = number and state in {JobState.FAILED, JobState.PROCESSING}
        tone = (mark.tone if loud else Tone.STRONG) if number else Tone.DIM
        cells.append(fit(Span(str(number), tone), cell, right=True))
    return tuple(cells)


def orders_line(status: StatusMessage) -> Line:
    """Return the number of orders in each sync state, on one line."""
    parts: list[Span] = [Span("orders  ", Tone.TITLE)]
    for state in SyncState:
        number = status.syncs.get(state.value, 0)
        if number:
            mark = SYNC_MARKS[state]
            parts.append(Span(f"{mark.sign} {number} {mark.word}  ", mark.tone))
    if len(parts) == 1:
        parts.append(Span("none yet", Tone.DIM))
    return tuple(parts)


def waiting_line(stats: QueueStats) -> Line:
    """Return how long the oldest job waits and how long jobs run."""
    if stats.oldest_pending_seconds is None:
        parts = [Span("nothing waits", Tone.DIM)]
    else:
        oldest = length(stats.oldest_pending_seconds)
        parts = [Span("oldest waits ", Tone.DIM), Span(oldest)]
    if stats.run_p95_ms is not None:
        parts += [Span("  95 % run in ", Tone.DIM), Span(length(stats.run_p95_ms / 1000))]
    return tuple(parts)


def budget_lines(budget: BudgetMessage, moment: Moment, *, width: int) -> list[Line]:
    """Return the gauge of calls left in the window, and when one is free if none is."""
    share = budget.remaining / budget.limit if budget.limit else 0
    tone = Tone.GOOD if share > 0.4 else Tone.WARN if share > 0.1 else Tone.BAD
    words = f" {budget.remaining} of {budget.limit} calls left"
    bar = gauge(budget.remaining, budget.limit, width=max(4, width - len(words) - 8), tone=tone)
    rows = [line(Span("budget  ", Tone.TITLE), *bar, Span(words))]
    if budget.remaining <= 0 and budget.available_at is not None:
        rows.append(line(Span(f"        next call at {moment.clock(budget.available_at)}", tone)))
    return rows


def throughput_lines(stats: QueueStats, *, width: int, height: int) -> list[Line]:
    """Return plots of jobs completed and dead-lettered in each minute of the last hour."""
    done, dead = sum(stats.throughput), sum(stats.failures)
    peak = max(stats.throughput, default=0)
    title = line(
        Span("last hour  ", Tone.TITLE),
        Span(f"✓ {done} done", Tone.GOOD),
        Span(f"  ✗ {dead} failed", Tone.BAD if dead else Tone.DIM),
        Span(f"  at most {peak}/min", Tone.DIM),
    )
    plot = min(width, max(len(stats.throughput), 1) * 2)
    rows = [title, *bar_chart(stats.throughput, width=plot, height=height, tone=Tone.GOOD)]
    if any(stats.failures):
        rows += bar_chart(stats.failures, width=plot, height=1, tone=Tone.BAD)
    return rows


def health_lines(health: Sequence[HealthMessage], moment: Moment) -> list[Line]:
    """Return the parts of the system: sound ones together, each ailing one with its reason."""
    sound = [part for part in health if part.state == "ok"]
    rows: list[Line] = []
    if sound:
        names = "  ".join(f"✓ {part.name}" for part in sound)
        rows.append(line(Span("health  ", Tone.TITLE), Span(names, Tone.GOOD)))
    for part in health:
        if part.state != "ok":
            rows.append(_ailing(part, moment, first=not rows))
    return rows


def _ailing(part: HealthMessage, moment: Moment, *, first: bool) -> Line:
    mark = status_mark(part.state)
    since = f" (since {moment.clock(part.since)})" if part.since else ""
    return line(
        Span("health  " if first else "        ", Tone.TITLE),
        Span(f"{mark.sign} {part.name}: ", mark.tone),
        Span(f"{part.message or mark.word}{since}"),
    )


def gap_line(meter: WebhookMeter | None) -> list[Line]:
    """Return how many webhooks of the last day came, came late, or never came."""
    if meter is None or not (meter.received or meter.late or meter.missing):
        return []
    return [
        line(
            Span("hooks   ", Tone.TITLE),
            Span(f"✓ {meter.received} came", Tone.GOOD),
            Span(f"  ! {meter.late} late", Tone.WARN if meter.late else Tone.DIM),
            Span(f"  ✗ {meter.missing} never", Tone.BAD if meter.missing else Tone.DIM),
            Span("  in 24 h", Tone.DIM),
        )
    ]


def worker_lines(workers: Sequence[WorkerMessage], moment: Moment) -> list[Line]:
    """Return one line per worker that is alive or ended without saying so."""
    shown = [worker for worker in workers if worker.stopped_at is None]
    if not shown:
        return [line(Span("workers ", Tone.TITLE), Span("✗ none: nothing runs jobs", Tone.BAD))]
    return [_worker(worker, moment, first=not index) for index, worker in enumerate(shown)]


def _worker(worker: WorkerMessage, moment: Moment, *, first: bool) -> Line:
    sign, tone = ("●", Tone.GOOD) if worker.alive else ("✗", Tone.BAD)
    running = f"runs {count(len(worker.running), 'job')}" if worker.running else "idle"
    state = running if worker.alive else f"silent since {moment.clock(worker.heartbeat_at)}"
    memory = f", {worker.memory_mb:.0f} MB" if worker.memory_mb is not None else ""
    return line(
        Span("workers " if first else "        ", Tone.TITLE),
        Span(f"{sign} {worker.host}:{worker.pid} ", tone),
        Span(state),
        Span(f", {worker.jobs_done} done, {worker.jobs_failed} failed{memory}", Tone.DIM),
    )


def state_panel(status: StatusMessage, moment: Moment, *, width: int, height: int) -> list[Line]:
    """Return the panel beside the queue: budget, throughput, health and workers."""
    fixed = [
        *budget_lines(status.budget, moment, width=width),
        *forecast_line(status.queue, status.budget, moment),
        *health_lines(status.health, moment),
        *gap_line(status.webhooks),
        *worker_lines(status.queue.workers, moment),
    ]
    plot = max(1, min(6, height - len(fixed) - 2))
    return [*fixed, *throughput_lines(status.queue, width=width, height=plot)]
