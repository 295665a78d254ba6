"""From a person's approval to the order SENT at Lightspeed, over the daemon's control socket.

A daemon and a simulator that answers at once, each a process of its own; SQLite with
``synchronous=FULL``. One order of ten lines at a time: approve it, wait for its job. The clock
runs in this process; that the order is SENT is taken from the simulator's ledger.
"""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

import httpx

from benchmarks.figures import Figure
from benchmarks.simulators import simulator_process
from lsync.core.control.client import ControlClient
from lsync.core.control.errors import ControlError, DaemonUnreachable
from lsync.core.control.finding import over_socket
from lsync.simulator.config import SimulatorConfig

ORDERS = 60
LINES = 10
WARM_UP = 5
SECONDS = 60.0

CONFIG = """\
[database]
url = "sqlite:///{directory}/lsync.db"
[lightspeed]
domain_prefix = "example"
base_url = "{url}"
api_token = "{token}"
webhook_secret = "bench-secret"
registers = 1000
[webhooks]
port = 0
[daemon]
socket = "{directory}/control.sock"
state_dir = "{directory}"
"""


@contextmanager
def daemon_process(directory: Path, *, url: str) -> Iterator[Path]:
    """A daemon over an empty database; gives its control socket."""
    text = CONFIG.format(directory=directory, url=url, token=SimulatorConfig().token)
    config = directory / "config.toml"
    config.write_text(text)
    environ = {name: it for name, it in os.environ.items() if not name.startswith("LSYNC")}
    with (directory / "daemon.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "lsync.daemon", "--config", str(config)],
            stdout=log,
            stderr=log,
            env=environ,
        )
    try:
        yield directory / "control.sock"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def order_file() -> bytes:
    """Orders of products that every simulator has."""
    rows = ["order_number,supplier,outlet,sku,quantity,unit_cost"]
    for number in range(ORDERS):
        supplier = "Northwind Wholesale,Main Street"
        rows += [
            f"B-{number},{supplier},SKU-{line:04},{line + number % 5},2.5"
            for line in range(1, LINES + 1)
        ]
    return "\n".join(rows).encode()


async def ready(client: ControlClient) -> None:
    """Wait until the daemon works and has read the catalogue."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        with suppress(DaemonUnreachable, ControlError):
            if await client.jobs(state="completed", type="catalogue.refresh"):
                return
        await asyncio.sleep(0.05)
    raise RuntimeError("the daemon does not start")


async def measure(socket: Path, *, url: str) -> list[float]:
    """Return the seconds from each approval to its finished job."""
    took = []
    async with over_socket(socket) as client:
        await ready(client)
        await client.import_orders("orders.csv", order_file())
        for number in range(ORDERS):
            began = time.perf_counter()
            (approved,) = await client.approve([f"B-{number}"])
            if approved.job_id is None:
                raise RuntimeError(approved.message)
            await client.job(approved.job_id, wait_seconds=SECONDS)
            took.append(time.perf_counter() - began)
    async with httpx.AsyncClient() as http:
        ledger = (await http.get(f"{url}/_sim/ledger")).json()
    sent = [entry for entry in ledger if entry["effect"].get("changed", {}).get("status")]
    if len(sent) != ORDERS:
        raise RuntimeError(f"{len(sent)} of {ORDERS} orders were sent")
    return sorted(took[WARM_UP:])


def run() -> Iterator[Figure]:
    """Measure one order after the other."""
    with (
        tempfile.TemporaryDirectory() as name,
        simulator_process("--registers", "1000") as url,
        daemon_process(Path(name), url=url) as socket,
    ):
        took = asyncio.run(measure(socket, url=url))
    slowest = took[int(len(took) * 0.95)] * 1000
    yield Figure(
        name="approval to SENT, p50",
        value=median(took) * 1000,
        unit="ms",
        goal=100,
        note=f"{len(took)} orders of {LINES} lines, p95 {slowest:.0f} ms",
    )
