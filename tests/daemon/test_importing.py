"""Order files over the control socket: received and reported by way of the disk."""

import asyncio
import contextlib
import errno
import io
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from lsync.core.control import import_calls
from lsync.core.control.client import ControlClient
from lsync.core.control.errors import ControlError
from lsync.core.control.finding import for_a_command, over_socket
from lsync.core.control.messages import ImportReport
from lsync.core.control.upload import Upload
from lsync.daemon.application import Application
from lsync.daemon.control_app import create_control_app
from lsync.daemon.operations.importing import _ReportWriter as Importing
from lsync.daemon.routes import importing
from tests.control.serving import serving
from tests.daemon.application import opened
from tests.daemon.processes import DaemonProcess, running
from tests.disks import fill, small_disk

HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost\n"
FILE = (
    f"{HEADER}PO-1,Acme,Main,SKU-1,2,3.50\nPO-2,Acme,Main,SKU-2,x,1\nPO-3,Acme,Main,S,1,1\n"
    ",Acme,Main,SKU-2,1,1\n"
).encode()


@pytest.fixture
async def application(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    async with opened(database_url, tmp_path, daemon__state_dir=str(tmp_path)) as application:
        yield application


def names(directory: Path) -> list[str]:
    return sorted(each.name for each in directory.iterdir())


def over(application: Application) -> httpx.ASGITransport:
    return httpx.ASGITransport(create_control_app(application), raise_app_exceptions=False)


@contextlib.asynccontextmanager
async def asking(application: Application) -> AsyncIterator[ControlClient]:
    async with ControlClient(over(application), address="this process") as client:
        yield client


async def test_the_report_is_one_json_document_of_a_stated_length(
    application: Application,
) -> None:
    async with httpx.AsyncClient(transport=over(application), base_url="http://lsync") as http:
        answer = await http.post(importing.PATH, params={"filename": "o.csv"}, content=FILE)
    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["content-length"]) == len(answer.content)
    found = answer.json()
    assert list(found) == ["filename", "dry_run", "orders", "problems"]
    # A row of no order keeps the orders beside it out as well.
    assert [(order["order_number"], order["result"]) for order in found["orders"]] == [
        ("PO-1", "created"),
        ("PO-2", "refused"),
        ("PO-3", "refused"),
    ]
    assert [problem["line"] for problem in found["problems"]] == [5]


async def test_a_file_that_cannot_be_used_is_a_report_too(application: Application) -> None:
    async with asking(application) as client:
        report = await client.import_orders("o.csv", b"\x00\x01")
    assert report.orders == ()
    assert "binary" in report.problems[0].message


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "filename"),
        ({"filename": "o.csv", "decimal": "dot"}, "decimal"),
        ({"filename": "o.csv", "columns": "{"}, "columns"),
        ({"filename": "o.csv", "columns": "[1]"}, "columns"),
    ],
)
async def test_a_bad_parameter_is_named(
    application: Application, query: dict[str, str], expected: str
) -> None:
    async with httpx.AsyncClient(transport=over(application), base_url="http://lsync") as http:
        answer = await http.post(importing.PATH, params=query, content=FILE)
    assert answer.status_code == 422
    assert expected in answer.json()["why"]


async def test_columns_and_a_name_of_any_bytes_arrive(application: Application) -> None:
    content = "Nr;supplier;outlet;sku;quantity;unit_cost\nPO-1;Müller;Main;S;1;2,5\n"
    async with asking(application) as client:
        report = await client.import_orders(
            "best\udcfcllung & mehr.csv",
            content.encode("cp1252"),
            decimal="comma",
            encoding="cp1252",
            columns={"order_number": "Nr"},
        )
        assert report.filename == "best?llung & mehr.csv"
        order = await client.order("PO-1")
    assert (order.supplier, str(order.lines[0].unit_cost)) == ("Müller", "2.5")


@pytest.mark.parametrize("connect", [for_a_command, over_socket])
async def test_a_refusal_is_heard_by_a_client_that_is_still_sending(
    application: Application, tmp_path: Path, connect: Callable[[Path], ControlClient]
) -> None:
    path = tmp_path / "control.sock"
    app = create_control_app(application, read_only=True)
    async with serving(app, path), connect(path) as client:
        with pytest.raises(ControlError, match="read-only") as refused:
            await client.import_orders("o.csv", b"x" * 4_000_000)
    assert refused.value.status == 403


async def test_a_longer_upload_than_is_taken_is_refused_and_not_kept(
    application: Application, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(importing, "UPLOAD_BYTES", 1024 * 1024)
    before = names(tmp_path)
    async with asking(application) as client:
        with pytest.raises(ControlError, match="larger than 1 MiB") as refused:
            await client.import_orders("o.csv", b"x" * (1024 * 1024 + 1))
    assert refused.value.status == 413
    assert names(tmp_path) == before


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    yield from small_disk(tmp_path / "disk", megabytes=2)


async def test_without_room_for_the_file_nothing_is_imported_and_the_way_out_is_named(
    database_url: str, tmp_path: Path, disk: Path
) -> None:
    fill(disk)
    async with (
        opened(database_url, tmp_path, daemon__state_dir=str(disk)) as application,
        asking(application) as client,
    ):
        with pytest.raises(ControlError) as refused:
            await client.import_orders("o.csv", FILE)
        assert refused.value.status == 507
        assert str(disk) in refused.value.message.error
        assert "No space left" in refused.value.message.why
        assert "daemon.state_dir" in refused.value.message.next_step
        assert await client.orders() == ()


async def test_a_file_that_becomes_shorter_while_it_is_sent_is_said(
    application: Application,
) -> None:
    shorter = Upload(file=io.BytesIO(FILE), size=len(FILE) + 1)
    async with asking(application) as client:
        with pytest.raises(ControlError) as refused:
            await client.import_orders("o.csv", shorter)
        assert "became shorter" in refused.value.message.why
        assert await client.orders() == ()


ORDERS, LINES = 1000, 5


def many_orders() -> bytes:
    rows = (
        f"PO-{order},Acme,Main,SKU-{line},1,1\n" for line in range(LINES) for order in range(ORDERS)
    )
    return (HEADER + "".join(rows)).encode()


def lines_by_order(database: Path) -> list[int]:
    counting = "SELECT count(*) FROM purchase_order_lines GROUP BY order_id"
    with closing(sqlite3.connect(database)) as connection:
        return [int(count) for (count,) in connection.execute(counting)]


@pytest.mark.process
async def test_a_daemon_killed_amid_an_import_leaves_whole_orders_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_calls, "LOOK_SECONDS", 0.02)
    state = tmp_path / "state"
    daemon = DaemonProcess(tmp_path / "daemon", settings={"daemon": {"state_dir": str(state)}})
    try:
        await daemon.start()
        async with for_a_command(daemon.socket) as client:
            importing_ = await begun(client)
            held = unnamed_files(daemon, state)
            await daemon.kill()
            with pytest.raises(ControlError, match="broke off") as lost:
                await importing_
        assert "orders that are in are not taken twice" in lost.value.message.next_step
        assert len(held) == 3, "the file, its rows and the report"
        assert {mode for _, mode in held} == {0o600}
        found = lines_by_order(daemon.directory / "lsync.db")
        assert 0 < len(found) < ORDERS
        assert set(found) == {LINES}
        assert not [name for name in names(state) if "import" in name]
        await daemon.start()
        async with daemon.client() as client:
            report = await client.import_orders("o.csv", many_orders())
        results = [order.result for order in report.orders]
        assert results.count("unchanged") == len(found)
        assert results.count("created") == ORDERS - len(found)
    finally:
        await daemon.kill()


async def begun(client: ControlClient) -> "asyncio.Task[ImportReport]":
    """Return an import of many orders of which the first are in."""
    some = asyncio.Event()

    def hear(done: int, _total: int) -> None:
        if done:
            some.set()

    running_ = asyncio.create_task(client.import_orders("o.csv", many_orders(), on_progress=hear))
    await some.wait()
    return running_


def unnamed_files(daemon: DaemonProcess, directory: Path) -> list[tuple[str, int]]:
    """What the daemon holds open in ``directory`` that has no name there, with its mode."""
    assert daemon.process is not None
    found = []
    for each in Path(f"/proc/{daemon.process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            target = str(each.readlink())
            if target.startswith(str(directory)) and target.endswith("(deleted)"):
                found.append((target, each.stat().st_mode & 0o777))
    return found


@pytest.mark.process
async def test_a_daemon_that_is_asked_to_stop_ends_an_import_between_two_orders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_calls, "LOOK_SECONDS", 0.02)
    async with running(tmp_path / "daemon") as daemon:
        async with for_a_command(daemon.socket) as client:
            importing_ = await begun(client)
            code = await daemon.terminate()
            with pytest.raises(ControlError, match="daemon is stopping") as stopped:
                await importing_
        found = len(lines_by_order(daemon.directory / "lsync.db"))
        assert 0 < found < ORDERS
        assert f"{found:,} of {ORDERS:,} orders are done." in stopped.value.message.error
        assert stopped.value.status == 503
        assert "import the file once more" in stopped.value.message.next_step
        assert code == 0
        assert "Traceback" not in daemon.log.read_text()
        assert not [each for each in daemon.entries() if each.get("level") == "error"]


async def test_a_daemon_that_stops_begins_no_import(application: Application) -> None:
    application.imports.stopping = True
    async with asking(application) as client:
        with pytest.raises(ControlError, match="daemon is stopping"):
            await client.import_orders("o.csv", FILE)
        assert await client.orders() == ()


async def test_a_disk_that_fills_up_amid_an_import_is_told_with_how_many_orders_are_in(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Importing._write
    written = []

    def fail(self: Importing, text: str) -> None:
        written.append(text)
        if len(written) == 70:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(self, text)

    monkeypatch.setattr(Importing, "_write", fail)
    async with asking(application) as client:
        with pytest.raises(ControlError) as refused:
            await client.import_orders("o.csv", many_orders())
        assert refused.value.status == 507
        found = len(await client.orders(limit=ORDERS))
    assert 0 < found < ORDERS
    assert f"{found} of 1,000 orders are done." in refused.value.message.error
