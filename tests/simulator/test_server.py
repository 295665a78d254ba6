import asyncio
import signal
import sys

import httpx
import pytest

from lsync.simulator.config import SimulatorConfig
from lsync.simulator.running import RunningSimulator

HEADERS = {"Authorization": "Bearer simulator-token"}


async def test_a_running_simulator_answers_on_its_own_port() -> None:
    async with RunningSimulator(SimulatorConfig(products=5)) as simulator:
        async with httpx.AsyncClient(base_url=simulator.base_url, headers=HEADERS) as client:
            assert len((await client.get("/products")).json()["data"]) == 5
            assert (await client.get(f"{simulator.control_url}/ledger")).json() == []
        assert simulator.world.calls.total == 1


@pytest.mark.parametrize(
    ("fault", "error"), [("lost_reply", httpx.RemoteProtocolError), ("reset", httpx.ReadError)]
)
async def test_a_cut_connection_is_seen_by_the_client_and_harms_no_other(
    fault: str, error: type[Exception]
) -> None:
    async with (
        RunningSimulator(SimulatorConfig(products=5)) as simulator,
        httpx.AsyncClient(base_url=simulator.base_url, headers=HEADERS) as client,
    ):
        await client.post(f"{simulator.control_url}/faults", json={"name": fault, "count": 1})
        with pytest.raises(error):
            await client.get("/outlets")
        assert (await client.get("/outlets")).status_code == 200


async def test_a_hanging_call_ends_when_the_client_gives_up() -> None:
    async with (
        RunningSimulator(SimulatorConfig(products=5)) as simulator,
        httpx.AsyncClient(base_url=simulator.base_url, headers=HEADERS, timeout=5) as client,
    ):
        fault = {"name": "lost_reply", "count": 1, "hang": True}
        await client.post(f"{simulator.control_url}/faults", json=fault)
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/outlets", timeout=0.1)
        assert (await client.get("/outlets")).status_code == 200


async def test_a_request_that_breaks_off_is_not_carried_out() -> None:
    async with RunningSimulator(SimulatorConfig(products=5)) as simulator:
        host, port = simulator.url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"POST /api/2026-07/suppliers HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n"
            b'Authorization: Bearer simulator-token\r\n\r\n{"name": "Half"}'
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        async with httpx.AsyncClient(base_url=simulator.base_url, headers=HEADERS) as client:
            assert len((await client.get("/suppliers")).json()["data"]) == 3
        assert simulator.world.calls.total == 1


@pytest.mark.parametrize("at_byte", [1, 60, 400])
async def test_a_reset_lets_exactly_that_many_bytes_through(at_byte: int) -> None:
    async with RunningSimulator(SimulatorConfig(products=5)) as simulator:
        host, port = simulator.url.removeprefix("http://").split(":")
        body = {"name": "reset", "count": 1, "at_byte": at_byte}
        async with httpx.AsyncClient() as client:
            await client.post(f"{simulator.control_url}/faults", json=body)
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"GET /api/2026-07/outlets HTTP/1.1\r\nHost: x\r\n"
            b"Authorization: Bearer simulator-token\r\n\r\n"
        )
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(at_byte + 1)
        writer.close()


async def test_webhooks_go_out_while_the_server_runs() -> None:
    arrived: asyncio.Queue[bytes] = asyncio.Queue()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        arrived.put_nowait(await reader.readexactly(length))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()

    receiver = await asyncio.start_server(take, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{receiver.sockets[0].getsockname()[1]}/hook"
    async with (
        receiver,
        RunningSimulator(
            SimulatorConfig(products=5, webhook_url=url, client_secret="secret")
        ) as simulator,
    ):
        await receive_an_order(simulator)
        assert b"payload=" in await asyncio.wait_for(arrived.get(), 10)


async def receive_an_order(simulator: RunningSimulator) -> None:
    async with httpx.AsyncClient(base_url=simulator.base_url, headers=HEADERS) as client:
        outlet = (await client.get("/outlets")).json()["data"][0]["id"]
        product = (await client.get("/products")).json()["data"][0]["id"]
        body = {"name": "n", "type": "SUPPLIER", "outlet_id": outlet, "status": "SENT"}
        order = (await client.post("/consignments", json=body)).json()["data"]["id"]
        line = {"product_id": product, "count": "1"}
        await client.post(f"/consignments/{order}/bulk", json=[line])
        answer = await client.post(f"{simulator.control_url}/consignments/{order}/receive")
        assert answer.is_success


async def test_the_module_prints_its_address_and_stops_on_a_signal() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lsync.simulator", "--port", "0", "--products", "3"),
        *("--token", "secret-token", "--fault", "latency=0"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().split()
    assert line[:2] == ["listening", "on"]
    async with httpx.AsyncClient() as client:
        headers = {"Authorization": "Bearer secret-token"}
        answer = await client.get(f"{line[2]}/api/2026-07/products", headers=headers)
        assert len(answer.json()["data"]) == 3
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 30) == 0
