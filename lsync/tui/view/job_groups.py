"""Failed jobs by error, and the types of jobs with their pauses, as rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lsync.core.control.messages import ErrorGroupMessage, PauseMessage, QueueStats
from lsync.core.domain.job import JobState
from lsync.tui.view.spans import Span, Tone
from lsync.tui.view.table import Column, Table
from lsync.tui.view.words import Moment

GROUP_COLUMNS = (
    Column(title="jobs", least=5, most=7, right=True),
    Column(title="error", least=16, most=28),
    Column(title="newest", least=7, most=8, right=True),
    Column(title="says", least=24),
)
TYPE_COLUMNS = (
    Column(title="type", least=16, most=24),
    Column(title="waiting", least=7, most=7, right=True),
    Column(title="running", least=7, most=7, right=True),
    Column(title="paused", least=24),
)
EVERY_TYPE = "*"


def groups_table() -> Table[ErrorGroupMessage]:
    """Return the table of errors, each with its failed jobs."""
    return Table(
        columns=GROUP_COLUMNS,
        key=lambda group: group.error_class,
        cells=_group_cells,
        empty="✓ no job has failed",
    )


def _group_cells(group: ErrorGroupMessage) -> Sequence[Span]:
    return (
        Span(str(group.jobs), Tone.BAD),
        Span(group.error_class, Tone.STRONG),
        Span(str(group.newest_job), Tone.DIM),
        Span(group.example),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRow:
    """A type of job, or all; ``pause`` is set while it is paused."""

    type: str
    waiting: int
    running: int
    pause: PauseMessage | None

    @property
    def words(self) -> str:
        """What a person calls it."""
        return "the whole queue" if self.type == EVERY_TYPE else self.type


def type_rows(stats: QueueStats) -> list[TypeRow]:
    """Return all jobs first, then every type there is."""
    pauses = {pause.type: pause for pause in stats.pauses}
    types = sorted({*stats.by_type, *pauses} - {EVERY_TYPE})
    everything = TypeRow(
        type=EVERY_TYPE,
        waiting=sum(stats.counts.get(JobState.PENDING.value, {}).values()),
        running=sum(stats.counts.get(JobState.PROCESSING.value, {}).values()),
        pause=pauses.get(EVERY_TYPE),
    )
    return [everything, *(_row(name, stats, pauses.get(name)) for name in types)]


def _row(name: str, stats: QueueStats, pause: PauseMessage | None) -> TypeRow:
    states = stats.by_type.get(name, {})
    return TypeRow(
        type=name,
        waiting=states.get(JobState.PENDING.value, 0),
        running=states.get(JobState.PROCESSING.value, 0),
        pause=pause,
    )


def types_table(moment: Callable[[], Moment]) -> Table[TypeRow]:
    """Return the table of types."""

    def cells(row: TypeRow) -> Sequence[Span]:
        return (
            Span(row.words, Tone.STRONG),
            Span(str(row.waiting)),
            Span(str(row.running)),
            _paused(row.pause, moment()),
        )

    return Table(columns=TYPE_COLUMNS, key=lambda row: row.type, cells=cells)


def _paused(pause: PauseMessage | None, moment: Moment) -> Span:
    if pause is None:
        return Span("runs", Tone.GOOD)
    why = f": {pause.reason}" if pause.reason else ""
    return Span(f"‖ by {pause.paused_by} {moment.since(pause.paused_at)} ago{why}", Tone.WARN)
