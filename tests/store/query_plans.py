"""How SQLite would find the rows of the statements that some code runs."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Select, text
from sqlalchemy.dialects import sqlite

from lsync.core.store.database import Database, Transaction


async def query_plans(
    database: Database, work: Callable[[Transaction], Awaitable[None]]
) -> list[list[str]]:
    """Run ``work`` and return the steps of each statement's plan; none on other databases."""
    ran: list[Select[Any]] = []
    async with database.read() as tx:
        execute = tx.execute

        async def keep(statement: Select[Any], parameters: Any = None) -> Any:
            ran.append(statement)
            return await execute(statement, parameters)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tx, "execute", keep)
            await work(tx)
        if tx.dialect != "sqlite":
            return []
        plans = []
        for statement in ran:
            told = statement.compile(
                dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
            )
            rows = (await execute(text(f"EXPLAIN QUERY PLAN {told}"))).all()
            plans.append([str(row[3]) for row in rows])
        return plans
