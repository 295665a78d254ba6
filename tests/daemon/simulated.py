"""A real simulator process for tests of the daemon."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.databases import free_port

TOKEN = "test-token"
SECRET = "test-secret"


@dataclass
class SimulatorProcess:
    """One simulator on a loopback port."""

    log: Path
    arguments: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "lsync", "simulator", "--port", str(self.port), "--token", TOKEN),
                *self.arguments,
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(60), httpx.AsyncClient() as http:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    await http.get(f"{self.url}/_sim/ledger")
                    return
                if self.process.returncode is not None:
                    raise AssertionError(self.log.read_text())
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """End it at once."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()

    async def ledger(self) -> list[dict[str, Any]]:
        """Every write it accepted, in order."""
        async with httpx.AsyncClient() as http:
            answer = (await http.get(f"{self.url}/_sim/ledger")).json()
        entries: list[dict[str, Any]] = answer["data"] if isinstance(answer, dict) else answer
        return entries

    async def receive(self, consignment_id: str) -> None:
        """Let the shop receive a consignment whole."""
        async with httpx.AsyncClient() as http:
            url = f"{self.url}/_sim/consignments/{consignment_id}/receive"
            (await http.post(url, json={})).raise_for_status()


@contextlib.asynccontextmanager
async def simulator(directory: Path, *arguments: str) -> AsyncIterator[SimulatorProcess]:
    """A simulator that ends with the block."""
    running = SimulatorProcess(directory / "simulator.log", arguments)
    try:
        await running.start()
        yield running
    finally:
        await running.kill()
