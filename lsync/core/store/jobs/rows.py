"""Reads a job from its row, and builds the conditions that several modules share."""

from datetime import datetime, timedelta
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Column, ColumnElement, Integer, bindparam, func, select

from lsync.core.domain.job import Job, JobState, Priority
from lsync.core.store.change import Dialect
from lsync.core.store.cursor import Row
from lsync.core.store.schema import Tables

COLUMNS = (
    "id",
    "type",
    "payload",
    "status",
    "priority",
    "attempts",
    "max_attempts",
    "epoch",
    "available_at",
    "created_at",
    "worker_id",
    "lease_expires_at",
    "started_at",
    "completed_at",
    "error",
    "error_class",
    "unique_key",
    "concurrency_key",
    "concurrency_limit",
    "cancel_requested",
    "timeout_seconds",
    "result",
    "waiting_for",
    "alone",
    "crashes",
)

CLAIM_COLUMNS = (
    "id",
    "type",
    "payload",
    "priority",
    "attempts",
    "max_attempts",
    "epoch",
    "available_at",
    "created_at",
    "error",
    "error_class",
    "unique_key",
    "concurrency_key",
    "concurrency_limit",
    "timeout_seconds",
    "alone",
    "crashes",
)
"""What a claim has to read of a pending job; the rest is unset or written by the claim."""

ID = CLAIM_COLUMNS.index("id")
ALONE = CLAIM_COLUMNS.index("alone")
CONCURRENCY_KEY = CLAIM_COLUMNS.index("concurrency_key")
CONCURRENCY_LIMIT = CLAIM_COLUMNS.index("concurrency_limit")


_PRIORITIES = tuple(Priority)


def job_columns(tables: Tables) -> list[Column[Any]]:
    """Return the columns in the order ``read_job`` expects."""
    return [tables.queue_jobs.c[name] for name in COLUMNS]


def read_job(row: Row) -> Job:
    """Build a job from a row of ``job_columns``."""
    (
        job_id,
        kind,
        payload,
        status,
        priority,
        attempts,
        max_attempts,
        epoch,
        available_at,
        created_at,
        worker_id,
        lease_expires_at,
        started_at,
        completed_at,
        error,
        error_class,
        unique_key,
        concurrency_key,
        concurrency_limit,
        cancel_requested,
        timeout_seconds,
        result,
        waiting_for,
        alone,
        crashes,
    ) = row
    return Job(
        id=job_id,
        type=kind,
        payload=from_json(payload),
        state=JobState(status),
        priority=Priority(priority),
        attempts=attempts,
        max_attempts=max_attempts,
        epoch=epoch,
        available_at=available_at,
        created_at=created_at,
        worker_id=worker_id,
        lease_expires_at=lease_expires_at,
        started_at=started_at,
        completed_at=completed_at,
        error=error,
        error_class=error_class,
        unique_key=unique_key,
        concurrency_key=concurrency_key,
        concurrency_limit=concurrency_limit,
        cancel_requested=cancel_requested,
        timeout=None if timeout_seconds is None else timedelta(seconds=timeout_seconds),
        result=None if result is None else from_json(result),
        waiting_for=waiting_for,
        alone=alone,
        crashes=crashes,
    )


def claim_columns(tables: Tables) -> list[Column[Any]]:
    """Return the columns in the order ``read_claimed`` expects."""
    return [tables.queue_jobs.c[name] for name in CLAIM_COLUMNS]


def read_claimed(row: Row, *, worker_id: str, now: datetime, expires_at: datetime) -> Job:
    """Build the job that a row of ``claim_columns`` becomes by a claim."""
    (
        job_id,
        kind,
        payload,
        priority,
        attempts,
        max_attempts,
        epoch,
        available_at,
        created_at,
        error,
        error_class,
        unique_key,
        concurrency_key,
        concurrency_limit,
        timeout_seconds,
        alone,
        crashes,
    ) = row
    # By position: naming so many fields would take three times as long.
    return Job(
        job_id,
        kind,
        from_json(payload),
        JobState.PROCESSING,
        _PRIORITIES[priority],
        attempts,
        max_attempts,
        epoch + 1,
        available_at,
        created_at,
        worker_id,
        expires_at,
        now,
        None,
        error,
        error_class,
        unique_key,
        concurrency_key,
        concurrency_limit,
        False,
        None if timeout_seconds is None else timedelta(seconds=timeout_seconds),
        None,
        0,
        alone,
        crashes,
    )


def among(column: ColumnElement[Any], name: str, dialect: Dialect) -> ColumnElement[bool]:
    """Compare ``column`` with the list bound as ``name``.

    SQLite gets it as one JSON text, so that the statement is the same for every length. Numbers
    are written into MariaDB's statement: hundreds of parameters would take SQLAlchemy and the
    driver longer than the server takes to find the rows.
    """
    if dialect == "sqlite":
        values = func.json_each(bindparam(name)).table_valued("value")
        return column.in_(select(values.c.value))
    is_number = isinstance(column.type, Integer)
    return column.in_(bindparam(name, expanding=True, literal_execute=is_number))
