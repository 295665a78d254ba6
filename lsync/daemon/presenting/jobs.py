"""Jobs, workers, pauses and statistics of the queue as messages."""

from datetime import datetime, timedelta

from lsync.core.control import messages as m
from lsync.core.domain.explain import explain
from lsync.core.domain.job import Attempt, Job, JobState
from lsync.core.queue import Pause, Stats, WorkerRow


def job_message(job: Job) -> m.JobMessage:
    """A job, with its attempts if it was read with them."""
    return m.JobMessage(
        id=job.id,
        type=job.type,
        state=job.state,
        priority=job.priority.label,
        attempts=job.attempts,
        max_attempts=job.max_attempts,
        payload=job.payload,
        available_at=job.available_at,
        created_at=job.created_at,
        started_at=job.started_at,
        completed_at=job.completed_at,
        worker_id=job.worker_id,
        error=job.error,
        error_class=job.error_class,
        lease_expires_at=job.lease_expires_at,
        waiting_for=job.waiting_for,
        result=job.result,
        explained=explained(job),
        unique_key=job.unique_key,
        cancel_requested=job.cancel_requested,
        history=tuple(_attempt(each) for each in job.history),
    )


def explained(job: Job) -> str | None:
    """What happened to a job, why, and what is safe to do; ``None`` while all is well."""
    if job.error is None:
        return None
    said = str(explain(job.error_class, job.error))
    match job.state:
        case JobState.FAILED:
            return f"{said} `lsync queue retry {job.id}` queues it again."
        case JobState.PENDING if job.error_class is None:
            return f"It waits: {job.error}"
        case JobState.PENDING:
            return f"{said} It is tried again at {job.available_at:%H:%M:%S} UTC."
        case _:
            return said


def pause_message(pause: Pause) -> m.PauseMessage:
    """A paused job type."""
    return m.PauseMessage(
        type=pause.type,
        reason=pause.reason,
        paused_by=pause.paused_by,
        paused_at=pause.paused_at,
    )


def worker_message(worker: WorkerRow, *, now: datetime) -> m.WorkerMessage:
    """A worker with whether it lives."""
    return m.WorkerMessage(
        id=worker.id,
        host=worker.host,
        pid=worker.pid,
        started_at=worker.started_at,
        heartbeat_at=worker.heartbeat_at,
        stopped_at=worker.stopped_at,
        alive=worker.is_alive(now),
        running=worker.running,
        jobs_done=worker.jobs_done,
        jobs_failed=worker.jobs_failed,
        memory_mb=worker.memory_mb,
    )


def queue_stats(stats: Stats) -> m.QueueStats:
    """Counts, durations and throughput of the queue."""
    durations, oldest = stats.durations, stats.oldest_pending
    return m.QueueStats(
        counts={
            state.value: {priority.label: jobs for priority, jobs in of_state.items()}
            for state, of_state in stats.counts.by_priority.items()
        },
        by_type={
            kind: {state.value: jobs for state, jobs in of_type.items()}
            for kind, of_type in stats.counts.by_type.items()
        },
        oldest_pending_seconds=None if oldest is None else oldest.total_seconds(),
        average_seconds=None if durations is None else durations.run_average.total_seconds(),
        wait_p50_ms=None if durations is None else _milliseconds(durations.wait_p50),
        wait_p95_ms=None if durations is None else _milliseconds(durations.wait_p95),
        run_p50_ms=None if durations is None else _milliseconds(durations.run_p50),
        run_p95_ms=None if durations is None else _milliseconds(durations.run_p95),
        throughput=stats.pulse.completed,
        failures=stats.pulse.failed,
        workers=tuple(worker_message(each, now=stats.at) for each in stats.workers),
        pauses=tuple(pause_message(each) for each in stats.pauses),
        error_groups=tuple(
            m.ErrorGroupMessage(
                error_class=each.error_class,
                jobs=each.jobs,
                newest_job=each.newest_job,
                example=each.example,
            )
            for each in stats.error_groups
        ),
    )


def _attempt(attempt: Attempt) -> m.AttemptMessage:
    return m.AttemptMessage(
        number=attempt.number,
        worker_id=attempt.worker_id,
        started_at=attempt.started_at,
        ended_at=attempt.ended_at,
        outcome=attempt.outcome,
        error_class=attempt.error_class,
        message=attempt.message,
        trace=attempt.trace,
    )


def _milliseconds(duration: timedelta) -> float:
    return duration.total_seconds() * 1000
