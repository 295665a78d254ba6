"""Marks: for every state a sign, a word and a tone, so that colour is never the only difference."""

from dataclasses import dataclass

from lsync.core.domain.job import JobState
from lsync.core.domain.order import OrderState, SyncState
from lsync.tui.view.spans import Span, Tone


@dataclass(frozen=True, slots=True)
class Mark:
    """How a state looks: a sign of one cell, its word, its tone."""

    sign: str
    word: str
    tone: Tone

    def span(self) -> Span:
        """Sign and word, as shown in a column."""
        return Span(f"{self.sign} {self.word}", self.tone)


JOB_MARKS = {
    JobState.PENDING: Mark("○", "pending", Tone.PLAIN),
    JobState.PROCESSING: Mark("◐", "processing", Tone.BUSY),
    JobState.COMPLETED: Mark("✓", "completed", Tone.GOOD),
    JobState.FAILED: Mark("✗", "failed", Tone.BAD),
    JobState.CANCELLED: Mark("–", "cancelled", Tone.DIM),
}

SYNC_MARKS = {
    SyncState.NOT_SYNCED: Mark("·", "not synced", Tone.DIM),
    SyncState.QUEUED: Mark("○", "queued", Tone.PLAIN),
    SyncState.SYNCING: Mark("◐", "syncing", Tone.BUSY),
    SyncState.SYNCED: Mark("✓", "synced", Tone.GOOD),
    SyncState.FAILED: Mark("✗", "failed", Tone.BAD),
    SyncState.DRIFTED: Mark("≠", "drifted", Tone.WARN),
}

ORDER_TONES = {
    OrderState.DRAFT: Tone.DIM,
    OrderState.PENDING_APPROVAL: Tone.WARN,
    OrderState.CLOSED: Tone.DIM,
    OrderState.CANCELLED: Tone.DIM,
    OrderState.RECEIVED: Tone.GOOD,
}

STATUS_MARKS = {
    "ok": Mark("✓", "ok", Tone.GOOD),
    "info": Mark("·", "info", Tone.PLAIN),
    "warning": Mark("!", "warning", Tone.WARN),
    "failed": Mark("✗", "failed", Tone.BAD),
    "unknown": Mark("?", "unknown", Tone.DIM),
}
"""Statuses of sync-log entries and of the parts of the system."""

SEVERITY_MARKS = {
    "blocking": Mark("✗", "blocking", Tone.BAD),
    "drift": Mark("≠", "drift", Tone.WARN),
    "warning": Mark("!", "warning", Tone.WARN),
}


def status_mark(status: str) -> Mark:
    """Return the mark of a status; one that a newer daemon added shows as it is called."""
    return STATUS_MARKS.get(status, Mark("?", status, Tone.WARN))


def severity_mark(severity: str) -> Mark:
    """Return the mark of a problem's severity."""
    return SEVERITY_MARKS.get(severity, Mark("?", severity, Tone.WARN))


def order_state(state: OrderState) -> Span:
    """Return an order's state as people read it."""
    return Span(state.value.replace("_", " "), ORDER_TONES.get(state, Tone.PLAIN))


LEGEND = (
    ("jobs", tuple(JOB_MARKS.values())),
    ("syncs", tuple(SYNC_MARKS.values())),
    ("log and health", tuple(STATUS_MARKS.values())),
)
"""Every sign, for the help screen."""
