"""Real daemon processes for tests: a temporary configuration, a start, a stop, a kill."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsync.core.control.client import ControlClient
from lsync.core.control.errors import DaemonUnreachable
from lsync.core.control.finding import over_socket
from tests.databases import free_port

START_SECONDS = 60.0
SETTINGS: dict[str, dict[str, object]] = {
    "lightspeed": {
        "domain_prefix": "example",
        "api_token": "test-token",
        "base_url": "http://127.0.0.1:9",
        "webhook_secret": "test-secret",
    },
    "queue": {"retry_delays": "0.2,0.2,0.2", "worker_sleep": 0.5},
    "sync": {"poll_seconds": 1, "quiet_seconds": 1},
}


@dataclass
class DaemonProcess:
    """One daemon that a test owns, over a directory of its own. It may be started many times."""

    directory: Path
    database_url: str = ""
    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    before_exec: Callable[[], None] | None = None
    port: int = field(default_factory=free_port)
    process: Process | None = None

    def __post_init__(self) -> None:
        """Write the configuration."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.database_url = self.database_url or f"sqlite:///{self.directory / 'lsync.db'}"
        self.config.write_text(_toml(self._chosen()))

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.directory / "config.toml"

    @property
    def socket(self) -> Path:
        """The control socket."""
        return self.directory / "control.sock"

    @property
    def log(self) -> Path:
        """Everything all its processes wrote to stderr."""
        return self.directory / "daemon.log"

    @property
    def url(self) -> str:
        """The public port."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def command(self) -> tuple[str, ...]:
        """What Python is to run, but for the test's own arguments."""
        return ("-m", "lsync.daemon", "--config", str(self.config))

    def client(self) -> ControlClient:
        """A client of the control socket."""
        return over_socket(self.socket)

    async def spawn(self) -> Process:
        """Start a process and return at once."""
        environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LSYNC", "LIGHTSPEED", "QUEUE", "SYNC", "NOTIFY", "WATCHDOG"))
        }
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self.command,
                *self.arguments,
                cwd=self.directory,
                env={**environ, **self.environ},
                stderr=log,
                stdout=log,
                preexec_fn=self.before_exec,
            )
        return self.process

    async def start(self, *, working: bool = True) -> None:
        """Start a process and wait until it answers, and with ``working`` has its database."""
        await self.spawn()
        await self.answering(working=working)

    async def answering(self, *, working: bool = True, seconds: float = START_SECONDS) -> None:
        """Wait until the control socket answers."""
        deadline = time.monotonic() + seconds
        async with self.client() as client:
            while True:
                with contextlib.suppress(DaemonUnreachable):
                    hello = await client.hello()
                    if not working or await self._works(client):
                        assert self.process is None or hello.pid == self.process.pid
                        return
                self._check(deadline)
                await asyncio.sleep(0.05)

    async def terminate(self) -> int:
        """Ask it to stop with SIGTERM; return the exit code."""
        return await self.send(signal.SIGTERM)

    async def send(self, number: int) -> int:
        """Send a signal and return the exit code it ends with."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        return await self.ended()

    async def ended(self, seconds: float = 60.0) -> int:
        """Wait for its end and return the exit code."""
        assert self.process is not None
        async with asyncio.timeout(seconds):
            code = await self.process.wait()
        self.process = None
        return code

    async def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            await self.send(signal.SIGKILL)

    def entries(self) -> list[dict[str, Any]]:
        """The log lines that are JSON."""
        found = []
        for line in self.log.read_text().splitlines():
            with contextlib.suppress(json.JSONDecodeError):
                found.append(json.loads(line))
        return found

    async def _works(self, client: ControlClient) -> bool:
        from lsync.core.control.errors import ControlError

        try:
            return any(worker.alive for worker in (await client.stats()).workers)
        except ControlError:
            return False

    def _check(self, deadline: float) -> None:
        ended = self.process is not None and self.process.returncode is not None
        if ended or time.monotonic() > deadline:
            raise AssertionError(f"the daemon does not answer:\n{self.log.read_text()[-4000:]}")

    def _chosen(self) -> dict[str, dict[str, object]]:
        own: dict[str, dict[str, object]] = {
            "database": {"url": self.database_url},
            "webhooks": {"port": self.port},
            "daemon": {"socket": str(self.socket), "state_dir": str(self.directory / "state")},
        }
        chosen = {name: dict(section) for name, section in (SETTINGS | own).items()}
        for name, section in self.settings.items():
            chosen[name] = {**chosen.get(name, {}), **section}
        return chosen


async def until(ready: Callable[[], Awaitable[bool]], *, seconds: float = 60.0) -> None:
    """Wait for something that another process does, looking less often the longer it takes."""
    pause = 0.01
    async with asyncio.timeout(seconds):
        while not await ready():
            await asyncio.sleep(pause)
            pause = min(0.2, pause * 1.3)


@contextlib.asynccontextmanager
async def running(directory: Path, **given: Any) -> AsyncIterator[DaemonProcess]:
    """A working daemon that is killed at the end if it still runs."""
    daemon = DaemonProcess(directory, **given)
    try:
        await daemon.start()
        yield daemon
    finally:
        await daemon.kill()


def _toml(chosen: Mapping[str, Mapping[str, object]]) -> str:
    lines: list[str] = []
    for section, values in chosen.items():
        lines.append(f"[{section}]")
        lines += [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    return "\n".join(lines) + "\n"
