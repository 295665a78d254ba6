"""The job queue: jobs, attempts, dependencies, slots, workers, counts and schedules."""

from sqlalchemy import Boolean, Column, Float, Integer, String

from lsync.core.store.columns import BigId, LongText, UtcDateTime
from lsync.core.store.migrations.steps import create_index, create_table, reference

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables and indexes that are not there yet."""
    create_table(
        "queue_jobs",
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
        sqlite_autoincrement=True,
    )
    create_index("queue_jobs", "claim", "rank", "available_at", "id", "type", sparse=True)
    create_index("queue_jobs", "completed_at", "completed_at", sparse=True)
    create_index("queue_jobs", "lease", "lease_expires_at", sparse=True)
    create_index("queue_jobs", "status", "status", "id")
    create_index("queue_jobs", "type", "type", "id")
    create_index("queue_jobs", "unique_active", "unique_active", unique=True, sparse=True)
    create_index("queue_jobs", "unique_pending", "unique_pending", unique=True, sparse=True)
    create_table(
        "queue_attempts",
        Column("id", BigId, primary_key=True, autoincrement=True),
        Column("job_id", BigId, reference("queue_jobs.id"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("worker_id", String(128), nullable=False),
        Column("started_at", UtcDateTime, nullable=False),
        Column("ended_at", UtcDateTime),
        Column("outcome", String(16)),
        Column("error_class", String(190)),
        Column("message", LongText),
        Column("trace", LongText),
    )
    create_index("queue_attempts", "job_id", "job_id", "id")
    create_table(
        "queue_dependencies",
        Column("job_id", BigId, reference("queue_jobs.id"), primary_key=True),
        Column("parent_id", BigId, reference("queue_jobs.id"), primary_key=True),
    )
    create_index("queue_dependencies", "parent_id", "parent_id")
    create_table(
        "queue_slots",
        Column("concurrency_key", String(190), primary_key=True),
        Column("slot", Integer, primary_key=True, autoincrement=False),
        Column("job_id", BigId, nullable=False, unique=True),
    )
    create_table(
        "queue_pauses",
        Column("type", String(64), primary_key=True, comment="* pauses the whole queue"),
        Column("reason", LongText, nullable=False),
        Column("paused_by", String(190), nullable=False),
        Column("paused_at", UtcDateTime, nullable=False),
    )
    create_table(
        "queue_workers",
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
    )
    create_table(
        "queue_counts",
        Column("status", String(16), primary_key=True),
        Column("priority", Integer, primary_key=True, autoincrement=False),
        Column("type", String(64), primary_key=True),
        Column("shard", Integer, primary_key=True, autoincrement=False),
        Column("jobs", BigId, nullable=False),
    )
    create_table(
        "queue_minutes",
        Column("minute", UtcDateTime, primary_key=True),
        Column("shard", Integer, primary_key=True, autoincrement=False),
        Column("completed", Integer, nullable=False),
        Column("failed", Integer, nullable=False),
    )
    create_table(
        "queue_schedules",
        Column("name", String(64), primary_key=True),
        Column("type", String(64), nullable=False),
        Column("payload", LongText, nullable=False, comment="JSON"),
        Column("priority", Integer, nullable=False),
        Column("every_seconds", Float, nullable=False),
        Column("missed", String(16), nullable=False, comment="once or skip"),
        Column("next_run_at", UtcDateTime, nullable=False),
    )
