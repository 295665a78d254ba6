"""Times in SQL, for both databases: the seconds between two, and the day of one."""

from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, text

from lsync.core.store.transaction import Transaction

SECONDS_A_DAY = 86_400
MICROSECONDS = 1_000_000


def seconds_between(
    tx: Transaction, begin: ColumnElement[Any], end: ColumnElement[Any]
) -> ColumnElement[Any]:
    """Seconds from ``begin`` to ``end``; NULL when one of them is."""
    if tx.dialect == "sqlite":
        return (func.julianday(end) - func.julianday(begin)) * SECONDS_A_DAY
    return func.timestampdiff(text("MICROSECOND"), begin, end) / MICROSECONDS


def day_of(moment: ColumnElement[Any]) -> ColumnElement[str]:
    """The day in UTC, ``2026-11-23``."""
    return cast(func.date(moment), String(10))
