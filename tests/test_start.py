"""What the daemon and the simulator leave unloaded until it is needed."""

import subprocess
import sys
from pathlib import Path

from lsync.core.store.migrate import upgrade

OPENS_A_DATABASE = """
import asyncio, sys
from lsync.core.store import migrate
from lsync.core.store.database import Database
import lsync.daemon.main

async def open_and_close(url):
    async with await Database.open(url):
        pass

migrate.upgrade(sys.argv[1])
asyncio.run(open_and_close(sys.argv[1]))
print(*sys.modules)
"""


def loaded_by(code: str, *arguments: str) -> set[str]:
    """The modules of a fresh interpreter after it has run ``code``."""
    return set(subprocess.check_output([sys.executable, "-c", code, *arguments], text=True).split())


def test_a_daemon_over_a_current_sqlite_loads_neither_alembic_nor_another_driver(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'lsync.db'}"
    upgrade(url)
    found = loaded_by(OPENS_A_DATABASE, url)
    assert {"lsync.daemon.composition", "aiosqlite"} <= found
    assert not found & {"alembic", "aiomysql", "pymysql", "redis", "textual", "typer"}


def test_a_simulator_that_tells_nobody_loads_no_http_client() -> None:
    found = loaded_by("import sys, lsync.simulator.server; print(*sys.modules)")
    assert "uvicorn" in found
    assert not found & {"httpx", "rich", "pygments", "pydantic", "sqlalchemy"}
