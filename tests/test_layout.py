"""The shape of the project: where things are, and which libraries really run."""

import asyncio
import inspect
import tomllib
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from lsync.core.store.database import Database
from lsync.daemon.serving.server import EmbeddedServer
from lsync.simulator.app import create_app
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.running import RunningSimulator
from lsync.simulator.server import SimulatorServer
from lsync.tui.app import DashboardApp

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path",
    [
        "pyproject.toml",
        "lsync/core",
        "lsync/daemon",
        "lsync/tui",
        "config.example.toml",
        "tests",
        "README.md",
        "requirements.lock",
        "Makefile",
        ".ci/run",
        "examples/purchase-orders.csv",
        "packaging/lsync.service",
        "docs/decisions.md",
        "LICENSE",
    ],
)
def test_the_top_level_paths_are_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_named_libraries_are_declared() -> None:
    declared = " ".join(PROJECT["project"]["dependencies"])
    for name in ("textual", "rich", "httpx", "aiosqlite", "aiomysql", "starlette", "uvicorn"):
        assert name in declared
    development = " ".join(PROJECT["project"]["optional-dependencies"]["dev"])
    assert "pytest>" in development
    assert "pytest-asyncio" in development


def test_no_other_database_driver_is_installed_by_lsync() -> None:
    declared = " ".join(PROJECT["project"]["dependencies"]).lower()
    for name in ("asyncmy", "mysqlclient", "mysql-connector", "psycopg", "asyncpg", "apsw"):
        assert name not in declared


async def test_the_store_runs_on_aiosqlite_and_aiomysql(
    database: Database, database_kind: str
) -> None:
    expected = {"sqlite": "aiosqlite", "mariadb": "aiomysql"}[database_kind]
    async with database.read() as tx:
        assert tx._connection.dialect.driver == expected


def test_the_dashboard_is_a_textual_app() -> None:
    assert "textual.app" in {base.__module__ for base in inspect.getmro(DashboardApp)}


def test_servers_are_starlette_apps_on_uvicorn() -> None:
    assert issubclass(SimulatorServer, uvicorn.Server)
    assert issubclass(EmbeddedServer, uvicorn.Server)
    assert isinstance(create_app(SimulatorConfig()), Starlette)


async def test_a_call_goes_out_through_httpx_and_is_answered() -> None:
    async with RunningSimulator() as simulator, httpx.AsyncClient() as client:
        answer = await client.get(f"{simulator.control_url}/ledger")
    assert answer.status_code == 200


async def test_async_tests_run_in_a_loop_of_pytest_asyncio(
    request: pytest.FixtureRequest,
) -> None:
    assert asyncio.get_running_loop().is_running()
    assert request.config.pluginmanager.hasplugin("asyncio")


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_have_hashes_and_no_addresses(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pinned
    assert all("==" in line for line in pinned)
    assert all(line.endswith("\\") for line in pinned), "every pin is followed by its hashes"
    assert not any("://" in line or line.startswith("-") for line in lines)
