"""The job queue: jobs, attempts, dependencies, slots, workers, counts and schedules."""

from types import SimpleNamespace

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    text,
)

from lsync.core.store.columns import BigId, LongText, UtcDateTime


def define_queue(metadata: MetaData, prefix: str) -> SimpleNamespace:
    """Define the queue tables in ``metadata``.

    ``unique_pending`` and ``unique_active`` hold the unique key only while the job is in the
    states of its scope, so that a plain unique index enforces it on both databases. In the same
    way ``rank`` is only set while a job may be claimed and ``lease_expires_at`` while it runs:
    what finished costs the indexes of the living nothing, however much of it there is.
    """
    jobs = f"{prefix}queue_jobs"

    def sparse(name: str, *columns: str, unique: bool = False) -> Index:
        """Index the rows whose first column is set; MariaDB indexes the others too."""
        return Index(
            f"ix_{jobs}_{name}",
            *columns,
            unique=unique,
            sqlite_where=text(f"{columns[0]} IS NOT NULL"),
        )

    return SimpleNamespace(
        queue_jobs=Table(
            jobs,
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column("type", String(64), nullable=False),
            Column("status", String(16), nullable=False),
            Column("priority", Integer, nullable=False),
            Column("payload", LongText, nullable=False, comment="JSON"),
            Column("attempts", Integer, nullable=False, server_default="0"),
            Column("max_attempts", Integer, nullable=False),
            Column("crashes", Integer, nullable=False, server_default="0"),
            Column("alone", Boolean, nullable=False, server_default="0"),
            Column("rank", Integer, comment="priority less promotions; NULL: cannot be claimed"),
            Column("worker_id", String(128)),
            Column("epoch", Integer, nullable=False, server_default="0"),
            Column("lease_expires_at", UtcDateTime),
            Column("available_at", UtcDateTime, nullable=False),
            Column("created_at", UtcDateTime, nullable=False),
            Column("started_at", UtcDateTime),
            Column("completed_at", UtcDateTime),
            Column("timeout_seconds", Float),
            Column("error", LongText),
            Column("error_class", String(190)),
            Column("result", LongText, comment="JSON"),
            Column("unique_key", String(190)),
            Column("unique_scope", String(16)),
            Column("unique_pending", String(190)),
            Column("unique_active", String(190)),
            Column("repeats", Integer, nullable=False, server_default="0"),
            Column("concurrency_key", String(190)),
            Column("concurrency_limit", Integer, nullable=False, server_default="1"),
            Column("waiting_for", Integer, nullable=False, server_default="0"),
            Column("cancel_requested", Boolean, nullable=False, server_default="0"),
            sparse("claim", "rank", "available_at", "id", "type"),
            sparse("lease", "lease_expires_at"),
            sparse("completed_at", "completed_at"),
            sparse("unique_pending", "unique_pending", unique=True),
            sparse("unique_active", "unique_active", unique=True),
            Index(f"ix_{jobs}_status", "status", "id"),
            Index(f"ix_{jobs}_type", "type", "id"),
            sqlite_autoincrement=True,
        ),
        queue_attempts=Table(
            f"{prefix}queue_attempts",
            metadata,
            Column("id", BigId, primary_key=True, autoincrement=True),
            Column("job_id", BigId, ForeignKey(f"{jobs}.id", ondelete="CASCADE"), nullable=False),
            Column("number", Integer, nullable=False),
            Column("worker_id", String(128), nullable=False),
            Column("started_at", UtcDateTime, nullable=False),
            Column("ended_at", UtcDateTime),
            Column("outcome", String(16)),
            Column("error_class", String(190)),
            Column("message", LongText),
            Column("trace", LongText),
            Index(f"ix_{prefix}queue_attempts_job_id", "job_id", "id"),
        ),
        queue_dependencies=Table(
            f"{prefix}queue_dependencies",
            metadata,
            Column("job_id", BigId, ForeignKey(f"{jobs}.id", ondelete="CASCADE"), primary_key=True),
            Column(
                "parent_id",
                BigId,
                ForeignKey(f"{jobs}.id", ondelete="CASCADE"),
                primary_key=True,
                index=True,
            ),
        ),
        queue_slots=Table(
            f"{prefix}queue_slots",
            metadata,
            Column("concurrency_key", String(190), primary_key=True),
            Column("slot", Integer, primary_key=True, autoincrement=False),
            Column("job_id", BigId, nullable=False, unique=True),
        ),
        queue_pauses=Table(
            f"{prefix}queue_pauses",
            metadata,
            Column("type", String(64), primary_key=True, comment="* pauses the whole queue"),
            Column("reason", LongText, nullable=False),
            Column("paused_by", String(190), nullable=False),
            Column("paused_at", UtcDateTime, nullable=False),
        ),
        queue_workers=Table(
            f"{prefix}queue_workers",
            metadata,
            Column("id", String(128), primary_key=True),
            Column("host", String(255), nullable=False),
            Column("pid", Integer, nullable=False),
            Column("version", String(32), nullable=False),
            Column("started_at", UtcDateTime, nullable=False),
            Column("heartbeat_at", UtcDateTime, nullable=False),
            Column("stopped_at", UtcDateTime),
            Column("jobs_done", Integer, nullable=False, server_default="0"),
            Column("jobs_failed", Integer, nullable=False, server_default="0"),
            Column("memory_mb", Float),
        ),
        queue_counts=Table(
            f"{prefix}queue_counts",
            metadata,
            Column("status", String(16), primary_key=True),
            Column("priority", Integer, primary_key=True, autoincrement=False),
            Column("type", String(64), primary_key=True),
            Column("shard", Integer, primary_key=True, autoincrement=False),
            Column("jobs", BigId, nullable=False),
        ),
        queue_minutes=Table(
            f"{prefix}queue_minutes",
            metadata,
            Column("minute", UtcDateTime, primary_key=True),
            Column("shard", Integer, primary_key=True, autoincrement=False),
            Column("completed", Integer, nullable=False),
            Column("failed", Integer, nullable=False),
        ),
        queue_schedules=Table(
            f"{prefix}queue_schedules",
            metadata,
            Column("name", String(64), primary_key=True),
            Column("type", String(64), nullable=False),
            Column("payload", LongText, nullable=False, comment="JSON"),
            Column("priority", Integer, nullable=False),
            Column("every_seconds", Float, nullable=False),
            Column("missed", String(16), nullable=False, comment="once or skip"),
            Column("next_run_at", UtcDateTime, nullable=False),
        ),
    )
