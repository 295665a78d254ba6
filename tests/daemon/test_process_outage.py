"""Real daemons on a full disk, a read-only file and a server that dies: clear errors, no loss."""

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lsync.core.control.client import ControlClient
from lsync.core.control.errors import ControlError, DaemonUnreachable
from lsync.core.lightspeed.signature import sign
from tests.daemon.processes import DaemonProcess, running, until
from tests.daemon.simulated import simulator
from tests.daemon.test_process_work import created, orders_file, settled
from tests.databases import MariaDB, run_mariadb
from tests.disks import fill, obey_file_modes, small_disk

pytestmark = pytest.mark.process

WEBHOOK = b'payload={"id":"1"}'


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    yield from small_disk(tmp_path / "disk", megabytes=6)


async def deliver(daemon: DaemonProcess) -> int:
    """Send a signed webhook; return the status of the answer."""
    headers = {
        "X-Signature": sign(WEBHOOK, "test-secret"),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    async with httpx.AsyncClient() as http:
        url = f"{daemon.url}/webhooks/lightspeed/product.update"
        return (await http.post(url, content=WEBHOOK, headers=headers)).status_code


async def ready(daemon: DaemonProcess) -> bool:
    async with httpx.AsyncClient() as http:
        return (await http.get(f"{daemon.url}/readyz")).status_code == 200


async def health_of_database(client: ControlClient) -> str:
    return next(each.state for each in (await client.status()).health if each.name == "database")


async def refusal(client: ControlClient, *numbers: str) -> ControlError | None:
    try:
        await client.import_orders("orders.csv", orders_file(*numbers))
    except ControlError as error:
        return error
    return None


async def works_again(daemon: DaemonProcess) -> None:
    """Wait until a change is accepted and the daemon calls itself ready."""

    async def accepted() -> bool:
        async with daemon.client() as client:
            with contextlib.suppress(ControlError):
                await client.pause("sync.reconcile")
                return await ready(daemon)
        return False

    await until(accepted)


def sound(path: Path) -> bool:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))


async def test_a_full_disk_acknowledges_nothing_and_work_resumes_when_there_is_room(
    tmp_path: Path, disk: Path
) -> None:
    path = disk / "lsync.db"
    async with running(tmp_path / "daemon", database_url=f"sqlite:///{path}") as daemon:
        async with daemon.client() as client:
            await client.import_orders("orders.csv", orders_file("KEPT"))
            (kept,) = await client.approve(["KEPT"])
            assert await deliver(daemon) == 204
            number = 0
            filler = fill(disk)
            # The log beside the database may have room for a few changes yet.
            while (refused := await refusal(client, f"PO-{number}")) is None:
                number += 1
            assert (refused.status, refused.message.exit_code) == (503, 69)
            assert "The disk is full" in refused.message.why
            assert "work resumes by itself" in refused.message.next_step
            assert {order.order_number for order in await client.orders(limit=1000)} == {
                "KEPT",
                *(f"PO-{each}" for each in range(number)),
            }
            assert await deliver(daemon) == 503
            # A small change that still finds room in the log is well again for a moment.
            while await health_of_database(client) != "failed" or await ready(daemon):
                await deliver(daemon)
        await daemon.kill()
        assert sound(path)
        await daemon.start(working=False)
        filler.unlink()
        await works_again(daemon)
        async with daemon.client() as client:
            assert kept.job_id is not None
            assert (await client.job(kept.job_id)).payload == {"order_number": "KEPT"}
            assert await refusal(client, "LATER") is None
            assert await health_of_database(client) == "ok"
            assert await deliver(daemon) == 204
        assert await daemon.terminate() == 0
    assert sound(path)


async def test_a_read_only_file_is_named_and_work_resumes_once_it_may_be_written(
    tmp_path: Path,
) -> None:
    path = tmp_path / "lsync.db"
    given = {"database_url": f"sqlite:///{path}", "before_exec": obey_file_modes}
    async with running(tmp_path / "daemon", **given) as daemon:
        async with daemon.client() as client:
            assert await refusal(client, "PO-1") is None
        assert await daemon.terminate() == 0
        path.chmod(0o444)
        await daemon.start(working=False)
        async with daemon.client() as client:

            async def told() -> bool:
                refused = await refusal(client, "PO-2")
                assert refused is not None
                assert not isinstance(refused, DaemonUnreachable)
                assert refused.status == 503
                return str(refused.message.error) == f"The database {path} cannot be written."

            await until(told)
        assert await deliver(daemon) == 503
        assert not await ready(daemon)
        path.chmod(0o600)
        await works_again(daemon)
        async with daemon.client() as client:
            assert [order.order_number for order in await client.orders()] == ["PO-1"]
            assert await refusal(client, "PO-2") is None
        assert await daemon.terminate() == 0
    assert sound(path)


@pytest.fixture
def server() -> Iterator[MariaDB]:
    yield from run_mariadb()


ORDERS = [f"PO-{number}" for number in range(1, 13)]


@pytest.mark.mariadb
async def test_a_server_that_is_killed_under_load_loses_no_order_and_doubles_none(
    tmp_path: Path, server: MariaDB
) -> None:
    async with simulator(tmp_path) as shop:
        settings = {"lightspeed": {"base_url": shop.url}}
        url = server.create_database("lsync")
        async with running(tmp_path, database_url=url, settings=settings) as daemon:
            async with daemon.client() as client:
                await client.import_orders("orders.csv", orders_file(*ORDERS))
                await client.approve(ORDERS)

                async def under_way() -> bool:
                    return len(await created(shop)) >= 2

                await until(under_way)
                server.kill()
                server.start()
                await works_again(daemon)
                for number in ORDERS:
                    await settled(client, number)
            assert await created(shop) == Counter(ORDERS)
            assert await daemon.terminate() == 0
