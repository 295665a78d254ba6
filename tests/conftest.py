"""Fixtures every suite shares: databases of both kinds, fresh for each test."""

import gc
import logging
import shutil
import signal
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog

# Imported before any test runs: a finalizer that imports while another import takes its lock ends
# that one with a KeyError on Python 3.11 (https://github.com/python/cpython/issues/106176), and
# what tests leave to the garbage collector has such finalizers.
from lsync.core.store.database import Database
from lsync.core.store.migrate import upgrade
from lsync.core.store.schema import tables
from tests.databases import MariaDB, run_mariadb
from tests.spreading import spread

# The same examples in every run, however slow the machine; `make chaos` looks for others.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("others", deadline=None)
hypothesis.settings.load_profile("same")

# A run in the background inherits ignored signals, and so would every process a test starts.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)


@pytest.hookimpl(trylast=True)  # once those that are not asked for are left out
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let several workers begin with what takes longest."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers > 1:
        slow = [item for item in items if item.get_closest_marker("process")]
        quick = [item for item in items if not item.get_closest_marker("process")]
        slow.sort(key=lambda item: item.get_closest_marker("longest") is None)
        groups = [it.nodeid if it.get_closest_marker("longest") else it.path for it in slow]
        items[:] = spread(quick, slow, modules=groups, workers=workers)


def pytest_collection_finish() -> None:
    """Leave the thousands of collected tests out of every later look for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Take back what a command run in this process did to the logs of the whole process."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """A MariaDB server of this test session. Tests that kill it must start it again."""
    yield from run_mariadb()


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which engine a test runs on; every test that asks for a database runs on both."""
    return str(request.param)


@pytest.fixture
def empty_database_url(
    database_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """URL of a database without any table."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'lsync.db'}"
        return
    server: MariaDB = request.getfixturevalue("mariadb")
    name = f"t_{uuid.uuid4().hex[:12]}"
    yield server.create_database(name)
    server.admin(f"DROP DATABASE IF EXISTS `{name}`")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "lsync.db"
    upgrade(f"sqlite:///{path}", prefix="")
    return path


@pytest.fixture(scope="session")
def mariadb_template(mariadb: MariaDB) -> tuple[MariaDB, str]:
    """A migrated MariaDB database that is emptied between tests."""
    url = mariadb.create_database("lsync_template")
    upgrade(url, prefix="")
    return mariadb, url


@pytest.fixture
def database_url(
    database_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """URL of a migrated database without rows."""
    if database_kind == "sqlite":
        path = tmp_path / "lsync.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server, url = request.getfixturevalue("mariadb_template")
    yield url
    names = [f"`lsync_template`.`{table.name}`" for table in tables().metadata.sorted_tables]
    filled = " UNION ALL ".join(
        f"SELECT '{name}' FROM DUAL WHERE EXISTS (SELECT 1 FROM {name})"  # noqa: S608 - our own
        for name in names
    )
    server.admin(
        "SET FOREIGN_KEY_CHECKS=0",
        *(f"DELETE FROM {name}" for (name,) in server.admin(filled)),  # noqa: S608 - our own
    )


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open, migrated, empty database."""
    opened = await Database.open(database_url)
    try:
        yield opened
    finally:
        await opened.aclose()
