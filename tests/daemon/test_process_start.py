"""Starting real daemons: what refuses, what is waited for, what is cleaned up."""

import asyncio
import signal
import socket
import sqlite3
import sys
from pathlib import Path

import httpx
import pytest

from lsync.core.control.errors import ControlError
from lsync.core.control.finding import over_socket, reading_socket
from lsync.core.store.schema import tables
from tests.daemon.processes import DaemonProcess, running
from tests.databases import MariaDB

pytestmark = pytest.mark.process


async def test_it_starts_answers_and_stops_with_exit_code_zero(tmp_path: Path) -> None:
    async with running(tmp_path) as daemon:
        async with daemon.client() as client:
            hello = await client.hello()
        assert (hello.mode, hello.instance) == ("daemon", "example")
        async with httpx.AsyncClient() as http:
            assert (await http.get(f"{daemon.url}/healthz")).status_code == 200
            assert (await http.get(f"{daemon.url}/readyz")).status_code == 200
        assert await daemon.terminate() == 0
        assert not daemon.socket.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
async def test_other_stop_signals_end_it_cleanly(tmp_path: Path, number: int) -> None:
    async with running(tmp_path) as daemon:
        assert await daemon.send(number) == 0
        with sqlite3.connect(tmp_path / "lsync.db") as database:
            ((stopped,),) = database.execute("SELECT stopped_at FROM queue_workers").fetchall()
        assert stopped is not None


async def test_a_socket_left_by_a_killed_daemon_is_taken_over(tmp_path: Path) -> None:
    async with running(tmp_path) as daemon:
        await daemon.kill()
        assert daemon.socket.exists()
        await daemon.start()


async def test_a_file_in_the_sockets_place_is_refused_and_kept(tmp_path: Path) -> None:
    daemon = DaemonProcess(tmp_path)
    daemon.socket.write_text("precious")
    await daemon.spawn()
    assert await daemon.ended() == 78
    error, why, next_step = daemon.log.read_text().splitlines()
    assert error.startswith("Error: ")
    assert "is not a socket" in error
    assert why.startswith("  Why: ")
    assert next_step.startswith(" Next: ")
    assert daemon.socket.read_text() == "precious"


async def test_a_second_daemon_on_the_socket_is_refused_with_the_pid(tmp_path: Path) -> None:
    async with running(tmp_path) as first:
        second = DaemonProcess(
            tmp_path / "other", settings={"daemon": {"socket": str(first.socket)}}
        )
        await second.spawn()
        assert await second.ended() == 75
        assert first.process is not None
        assert f"process {first.process.pid}" in second.log.read_text()
        await first.answering()


async def test_a_second_daemon_on_the_sqlite_file_is_refused_with_the_pid(tmp_path: Path) -> None:
    async with running(tmp_path) as first:
        link = tmp_path / "link.db"
        link.symlink_to(tmp_path / "lsync.db")
        second = DaemonProcess(tmp_path / "other", database_url=f"sqlite:///{link}")
        await second.spawn()
        assert await second.ended() == 75
        assert first.process is not None
        assert f"process {first.process.pid}" in second.log.read_text()


async def test_a_second_daemon_on_the_state_directory_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as first:
        shared = {"daemon": {"state_dir": str(tmp_path / "state")}}
        second = DaemonProcess(tmp_path / "other", settings=shared)
        await second.spawn()
        assert await second.ended() == 75
        assert first.process is not None
        assert f"process {first.process.pid}" in second.log.read_text()


async def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        daemon = DaemonProcess(tmp_path, port=other.getsockname()[1])
        await daemon.spawn()
        assert await daemon.ended() == 75
    assert "webhooks.port" in daemon.log.read_text()
    assert not daemon.socket.exists()


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"queue": {"concurrency": 0}}, "queue.concurrency"),
        ({"queue": {"concurency": 1}}, "queue.concurency"),
        ({"lightspeed": {"api_token": ""}}, "lightspeed.api_token"),
        ({"lightspeed": {"base_url": "https://example.vendhq.com"}}, "lightspeed.base_url"),
    ],
)
async def test_bad_settings_are_named_with_exit_code_78(
    tmp_path: Path, settings: dict[str, dict[str, object]], named: str
) -> None:
    daemon = DaemonProcess(tmp_path, settings=settings)
    await daemon.spawn()
    assert await daemon.ended() == 78
    text = daemon.log.read_text()
    assert named in text
    assert "Traceback" not in text
    assert not daemon.socket.exists()


async def test_a_database_of_a_newer_lsync_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as daemon:
        await daemon.terminate()
        with sqlite3.connect(tmp_path / "lsync.db") as database:
            database.execute(f"UPDATE {tables().version_table} SET version_num = '9999'")  # noqa: S608 - our own table
        await daemon.spawn()
        assert await daemon.ended() == 78
        assert "newer" in daemon.log.read_text()


async def test_the_service_manager_is_told_every_stage(tmp_path: Path) -> None:
    told: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        asyncio.get_running_loop().add_reader(
            manager, lambda: told.append(manager.recv(500).decode())
        )
        environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "100000"}
        async with running(tmp_path / "daemon", environ=environ) as daemon:
            assert await daemon.terminate() == 0
        asyncio.get_running_loop().remove_reader(manager)
    assert told.index("READY=1") < told.index("STOPPING=1")
    assert "WATCHDOG=1" in told[: told.index("STOPPING=1")]
    assert any(each.startswith("STATUS=Working on") for each in told)


async def test_an_inherited_socket_is_used_and_left_in_place(tmp_path: Path) -> None:
    daemon = DaemonProcess(tmp_path)
    path = tmp_path / "passed.sock"
    with socket.socket(socket.AF_UNIX) as passed:
        passed.bind(str(path))
        passed.listen()
        script = (
            "import os, sys\n"
            "os.dup2(int(sys.argv[1]), 3)\n"
            "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1')\n"
            "command = [sys.executable, '-m', 'lsync.daemon', '--config', sys.argv[2]]\n"
            "os.execv(sys.executable, command)\n"
        )
        with daemon.log.open("ab") as log:
            daemon.process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-c", script, str(passed.fileno()), str(daemon.config)),
                pass_fds=[passed.fileno()],
                stderr=log,
            )
        daemon.socket.symlink_to(path)
        try:
            await daemon.answering()
            assert await daemon.terminate() == 0
            assert path.exists()
        finally:
            await daemon.kill()


@pytest.mark.mariadb
async def test_a_database_that_is_down_at_start_is_waited_for(
    tmp_path: Path, mariadb: MariaDB
) -> None:
    url = mariadb.create_database("lsync_daemon_start")
    mariadb.kill()
    daemon = DaemonProcess(tmp_path, database_url=url)
    try:
        await daemon.start(working=False)
        async with daemon.client() as client, httpx.AsyncClient() as http:
            assert (await client.hello()).pid
            with pytest.raises(ControlError) as down:
                await client.orders()
            assert (down.value.status, down.value.message.exit_code) == (503, 69)
            assert down.value.message.error
            assert (await http.get(f"{daemon.url}/healthz")).status_code == 200
            assert (await http.get(f"{daemon.url}/readyz")).status_code == 503
            assert (await http.get(f"{daemon.url}/metrics")).status_code == 200
            mariadb.start()
            await daemon.answering()
            assert await client.orders() == ()
            assert (await http.get(f"{daemon.url}/readyz")).status_code == 200
        assert await daemon.terminate() == 0
    finally:
        if mariadb.process is None:
            mariadb.start()
        await daemon.kill()


@pytest.mark.mariadb
async def test_it_can_be_stopped_while_it_waits_for_the_database(
    tmp_path: Path, mariadb: MariaDB
) -> None:
    url = mariadb.create_database("lsync_daemon_stop").replace(f":{mariadb.port}/", ":9/")
    daemon = DaemonProcess(tmp_path, database_url=url)
    try:
        await daemon.start(working=False)
        assert await daemon.terminate() == 0
    finally:
        await daemon.kill()


@pytest.mark.mariadb
async def test_a_database_that_goes_and_comes_back_is_worked_on_again(
    tmp_path: Path, mariadb: MariaDB
) -> None:
    url = mariadb.create_database("lsync_daemon_outage")
    async with running(tmp_path, database_url=url) as daemon, daemon.client() as client:
        mariadb.kill()
        try:
            with pytest.raises(ControlError) as down:
                await client.orders()
            assert down.value.status == 503
            assert (await client.hello()).pid
        finally:
            mariadb.start()
        async with asyncio.timeout(60):
            while True:
                try:
                    assert await client.orders() == ()
                    break
                except ControlError:
                    await asyncio.sleep(0.1)
        assert await daemon.terminate() == 0


async def test_a_read_only_daemon_beside_another_shows_and_changes_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as first, first.client() as full:
        await full.import_orders(
            "orders.csv", b"order_number,supplier,outlet,sku,quantity,unit_cost\nP,S,O,K,1,2\n"
        )
        second = DaemonProcess(
            tmp_path / "other", database_url=first.database_url, arguments=("--read-only",)
        )
        try:
            await second.start()
            async with second.client() as client:
                assert (await client.hello()).read_only
                assert [order.order_number for order in await client.orders()] == ["P"]
                with pytest.raises(ControlError) as refused:
                    await client.approve(["P"])
                assert refused.value.status == 403
                assert (await client.order("P")).state == "draft"
            assert await second.terminate() == 0
        finally:
            await second.kill()


async def test_beside_the_socket_is_one_that_only_reads(tmp_path: Path) -> None:
    async with running(tmp_path) as daemon:
        path = reading_socket(daemon.socket)
        async with over_socket(path) as reader:
            assert (await reader.hello()).read_only
            assert await reader.orders() == ()
            with pytest.raises(ControlError, match="read-only"):
                await reader.pause()
        async with daemon.client() as full:
            assert not (await full.hello()).read_only
        assert await daemon.terminate() == 0
        assert not path.exists()
