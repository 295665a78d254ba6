"""A private Redis for the tests: a loopback port of its own, a directory of its own, no disk."""

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import redis

from tests.databases import free_port
from tests.required import required


@dataclass
class RedisServer:
    """One server process that the tests own; it can be killed, stopped and started again."""

    directory: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> "redis.Redis":
        """A client for looking into it."""
        return redis.Redis(port=self.port)

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.directory / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *("redis-server", "--port", str(self.port), "--bind", "127.0.0.1"),
                    *("--save", "", "--appendonly", "no", "--dir", str(self.directory)),
                ],
                stdout=log,
                stderr=log,
            )
        for _ in range(600):
            with contextlib.suppress(redis.ConnectionError), self.client() as client:
                client.ping()
                return
            time.sleep(0.05)
        raise RuntimeError((self.directory / "redis.log").read_text()[-2000:])

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def run_redis() -> Iterator[RedisServer]:
    """Yield a running server; skip (or fail in CI) where the program is not installed."""
    required("redis-server", package="redis-server")
    with tempfile.TemporaryDirectory(prefix="lsync-redis-") as directory:
        server = RedisServer(Path(directory))
        server.start()
        try:
            yield server
        finally:
            server.kill()
