"""MariaDB with the driver alone, over lsync's own tables or over a table of seven columns.

Both claim and acknowledge in batches, a COMMIT for each, with nothing to run in between.
"""

import time
from typing import Any

import pymysql
from pymysql.cursors import Cursor

LEAN = (
    "CREATE TABLE hand (id BIGINT AUTO_INCREMENT PRIMARY KEY, state INT NOT NULL, payload TEXT,"
    " epoch INT NOT NULL DEFAULT 0, worker VARCHAR(64), lease DATETIME(6), done DATETIME(6),"
    " KEY ready (state, id)) ENGINE=InnoDB"
)

_FIRST = (
    " UNION ALL SELECT first.`rank`, '' FROM (SELECT `rank` FROM queue_jobs WHERE `rank` = {}"
    " AND available_at <= %(now)s ORDER BY available_at LIMIT 1) AS first"
)
SURVEY = "".join(["SELECT -1, type FROM queue_pauses", *(_FIRST.format(rank) for rank in range(4))])
LOOK = (
    "SELECT id, type, payload, priority, attempts, max_attempts, epoch, available_at, created_at,"
    " error, error_class, unique_key, concurrency_key, concurrency_limit, timeout_seconds, alone,"
    " crashes FROM queue_jobs WHERE `rank` = 2 AND available_at <= %(now)s"
    " AND type IN ('nothing') AND (concurrency_key IS NULL OR (SELECT COUNT(*) FROM queue_slots"
    " WHERE queue_slots.concurrency_key = queue_jobs.concurrency_key) < concurrency_limit)"
    " ORDER BY available_at, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED"
)
TAKE = (
    "UPDATE queue_jobs SET status = 'processing', `rank` = NULL, unique_pending = NULL,"
    " worker_id = 'hand', epoch = epoch + 1, started_at = %(now)s,"
    " lease_expires_at = %(now)s + INTERVAL 30 SECOND WHERE id IN %(ids)s"
)
CHECK = (
    "SELECT COUNT(*), SUM(epoch) FROM queue_jobs WHERE id IN %(ids)s"
    " AND LOWER(status) = 'processing' AND NOT cancel_requested FOR UPDATE"
)
DONE = (
    "UPDATE queue_jobs SET status = 'completed', attempts = attempts + 1, crashes = 0,"
    " error = NULL, error_class = NULL, `rank` = NULL, lease_expires_at = NULL,"
    " completed_at = %(now)s, unique_pending = NULL, unique_active = NULL, alone = 0,"
    " cancel_requested = 0 WHERE id IN %(ids)s"
)
CHILDREN = (
    "SELECT job_id, parent_id FROM queue_dependencies WHERE parent_id IN %(ids)s"
    " ORDER BY parent_id, job_id"
)
COUNT = (
    "INSERT INTO queue_counts (status, priority, type, shard, jobs) VALUES"
    " (%(old)s, 2, 'nothing', 0, -%(jobs)s), (%(new)s, 2, 'nothing', 0, %(jobs)s)"
    " ON DUPLICATE KEY UPDATE jobs = jobs + VALUES(jobs)"
)
PULSE = (
    "INSERT INTO queue_minutes (minute, shard, completed, failed) VALUES"
    " (DATE_FORMAT(%(now)s, '%%Y-%%m-%%d %%H:%%i:00'), 0, %(jobs)s, 0)"
    " ON DUPLICATE KEY UPDATE completed = completed + VALUES(completed)"
)


def drain_same_statements(arguments: dict[str, Any], jobs: int, *, batch: int) -> float:
    """Return how many jobs a second the driver alone carries through lsync's statements.

    The jobs are in lsync's tables already.
    """
    with pymysql.connect(**arguments) as connection, connection.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
        started = time.perf_counter()
        for _ in range(0, jobs, batch):
            ids = _claim(cursor, batch)
            connection.commit()
            _acknowledge(cursor, ids)
            connection.commit()
        return jobs / (time.perf_counter() - started)


def _claim(cursor: Cursor, batch: int) -> list[int]:
    now = _now(cursor)
    cursor.execute(SURVEY, {"now": now})
    cursor.fetchall()
    cursor.execute(LOOK, {"now": now, "batch": batch})
    ids = [row[0] for row in cursor.fetchall()]
    cursor.execute(TAKE, {"now": now, "ids": ids})
    cursor.execute(COUNT, {"old": "pending", "new": "processing", "jobs": len(ids)})
    return ids


def _acknowledge(cursor: Cursor, ids: list[int]) -> None:
    now = _now(cursor)
    cursor.execute(CHECK, {"ids": ids})
    cursor.fetchall()
    cursor.execute(DONE, {"now": now, "ids": ids})
    cursor.execute(CHILDREN, {"ids": ids})
    cursor.fetchall()
    cursor.execute(COUNT, {"old": "processing", "new": "completed", "jobs": len(ids)})
    cursor.execute(PULSE, {"now": now, "jobs": len(ids)})


def _now(cursor: Cursor) -> Any:
    cursor.execute("SELECT UTC_TIMESTAMP(6)")
    ((now,),) = cursor.fetchall()
    return now


def drain_lean_table(arguments: dict[str, Any], jobs: int, *, batch: int) -> float:
    """Return how many jobs a second the driver alone carries through a table of seven columns.

    Without order of priority, types, keys, dependencies, counts, history and a look at epochs.
    """
    with pymysql.connect(**arguments) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS hand")
        cursor.execute(LEAN)
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
        rows = [("x" * 100,)] * jobs
        cursor.executemany("INSERT INTO hand (state, payload) VALUES (0, %s)", rows)
        connection.commit()
        started = time.perf_counter()
        for _ in range(0, jobs, batch):
            cursor.execute(
                "SELECT id, payload FROM hand WHERE state = 0 ORDER BY id LIMIT %s"
                " FOR UPDATE SKIP LOCKED",
                (batch,),
            )
            ids = [job_id for job_id, _ in cursor.fetchall()]
            cursor.execute(
                "UPDATE hand SET state = 1, epoch = epoch + 1, worker = 'w',"
                " lease = UTC_TIMESTAMP(6) + INTERVAL 30 SECOND WHERE id IN %s",
                (ids,),
            )
            connection.commit()
            cursor.execute(
                "UPDATE hand SET state = 2, lease = NULL, done = UTC_TIMESTAMP(6) WHERE id IN %s",
                (ids,),
            )
            connection.commit()
        return jobs / (time.perf_counter() - started)
