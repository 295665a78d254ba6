"""The overview: what waits for a person, the queue, the budget, health, workers, throughput."""

from collections.abc import Sequence
from math import ceil

from lsync.core.control.messages import (
    BudgetMessage,
    HealthMessage,
    OrderSummary,
    PauseMessage,
    QueueStats,
    StatusMessage,
    WorkerMessage,
)
from lsync.core.domain.job import JobState, Priority
from lsync.core.domain.order import OrderState, SyncState
from lsync.tui.view.charts import bar_chart, gauge
from lsync.tui.view.marks import JOB_MARKS, SYNC_MARKS, severity_mark, status_mark
from lsync.tui.view.spans import Line, Span, Tone, fit, line
from lsync.tui.view.table import Column, Table
from lsync.tui.view.words import Moment, count, length

ATTENTION_COLUMNS = (
    Column(title="sync", least=10, most=10),
    Column(title="order", least=10, most=20),
    Column(title="supplier", least=10, most=24, drop=1),
    Column(title="why it waits for you", least=44),
)
PRIORITIES = tuple(priority.label for priority in Priority)
CALLS_PER_PUSH = 4
WINDOW_SECONDS = 300
NAME_WIDTH = 13
COUNT_WIDTH = 9


def attention_table() -> Table[OrderSummary]:
    """Return the table of orders that wait for a person."""
    return Table(
        columns=ATTENTION_COLUMNS,
        key=lambda order: order.order_number,
        cells=_attention_cells,
        empty="✓ nothing waits for you",
    )


def _attention_cells(order: OrderSummary) -> Sequence[Span]:
    return (
        SYNC_MARKS[order.sync_state].span(),
        Span(order.order_number, Tone.STRONG),
        Span(order.supplier),
        _why(order),
    )


def _why(order: OrderSummary) -> Span:
    if not order.problems:
        return Span("Enter shows the error", Tone.DIM)
    first = order.problems[0]
    more = f"  (+{len(order.problems) - 1} more)" if len(order.problems) > 1 else ""
    return Span(first.message + more, severity_mark(first.severity).tone)


def attention(status: StatusMessage | None) -> list[OrderSummary]:
    """Return what waits for a person, failed orders before drifted ones, in a steady order."""
    orders = status.failed_orders if status else ()
    order_of = {SyncState.FAILED: 0, SyncState.DRIFTED: 1}
    return sorted(
        orders,
        key=lambda order: (order_of.get(order.sync_state, 2), order.order_number),
    )


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


def waits_line(status: StatusMessage) -> Line:
    """Return what waits for a person besides orders: questions, webhooks that never came."""
    parts: list[Span] = []
    if status.decisions:
        asked = count(status.decisions, "question")
        parts += [Span(f"? {asked} to decide ", Tone.WARN), Span("D", Tone.KEY), Span("  ")]
    overdue = status.orders.get(OrderState.PENDING_APPROVAL.value, 0)
    if overdue:
        parts.append(Span(f"○ {count(overdue, 'order')} to approve  ", Tone.WARN))
    missing = status.webhooks.missing if status.webhooks else 0
    if missing:
        parts.append(Span(f"✗ {count(missing, 'webhook')} never came ", Tone.WARN))
        parts.append(Span("5", Tone.KEY))
    return tuple(parts)


def forecast(stats: QueueStats, budget: BudgetMessage) -> float | None:
    """Return in how many seconds the pushes that wait will be done if only the budget limits them.

    ``None`` when nothing waits. A clean push takes four calls; every window of 300 seconds gives
    ``budget.limit`` of them.
    """
    waiting = stats.by_type.get("sync.push", {}).get(JobState.PENDING.value, 0)
    if not waiting or budget.limit <= 0:
        return None
    short = waiting * CALLS_PER_PUSH - budget.remaining
    return 0.0 if short <= 0 else ceil(short / budget.limit) * WINDOW_SECONDS


def forecast_line(stats: QueueStats, budget: BudgetMessage) -> list[Line]:
    """Return when the waiting pushes will be done, if the budget holds them up."""
    seconds = forecast(stats, budget)
    if seconds is None:
        return []
    when = "within this window" if not seconds else f"in about {length(seconds)}"
    tone = Tone.WARN if seconds else Tone.DIM
    return [
        line(Span("        the budget lets the waiting orders go out ", Tone.DIM), Span(when, tone))
    ]


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


def pause_line(pauses: Sequence[PauseMessage]) -> Line:
    """Return what is paused, why and by whom; an empty line when nothing is."""
    if not pauses:
        return ()
    names = ", ".join("all jobs" if pause.type == "*" else pause.type for pause in pauses)
    first = pauses[0]
    why = f": {first.reason}" if first.reason else ""
    return line(Span(f"‖ {names} paused by {first.paused_by}{why}", Tone.WARN))


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
        *forecast_line(status.queue, status.budget),
        *health_lines(status.health, moment),
        *worker_lines(status.queue.workers, moment),
    ]
    plot = max(1, min(6, height - len(fixed) - 2))
    return [*fixed, *throughput_lines(status.queue, width=width, height=plot)]
