"""A private MariaDB for the tests: own data directory, own socket, a free loopback port."""

import contextlib
import getpass
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pymysql

from tests.required import required


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class MariaDB:
    """One server process that the tests own; it can be killed and started again."""

    directory: Path
    port: int
    password: str = "lsync-test"
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        log = (self.directory / "mariadbd.log").open("ab")
        self.process = subprocess.Popen(
            [
                shutil.which("mariadbd") or "mariadbd",
                "--no-defaults",
                f"--user={getpass.getuser()}",
                f"--datadir={self.directory / 'data'}",
                f"--socket={self.directory / 'db.sock'}",
                f"--pid-file={self.directory / 'db.pid'}",
                f"--tmpdir={self.directory / 'tmp'}",
                f"--port={self.port}",
                "--bind-address=127.0.0.1",
                "--innodb-buffer-pool-size=64M",
                "--innodb-log-file-size=32M",
                "--innodb-flush-log-at-trx-commit=1",
                "--skip-name-resolve",
                "--max-connections=300",
            ],
            stdout=log,
            stderr=log,
        )
        log.close()
        self._wait()

    def _wait(self) -> None:
        for _ in range(600):
            if self.process is None or self.process.poll() is not None:
                raise RuntimeError((self.directory / "mariadbd.log").read_text()[-2000:])
            with contextlib.suppress(pymysql.err.OperationalError):
                self.admin("SELECT 1")
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.1)
        raise RuntimeError("MariaDB did not answer within 60 s")

    def kill(self) -> None:
        """End the server at once, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def admin(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements as the server's administrator; return the last one's rows."""
        connection = pymysql.connect(
            unix_socket=str(self.directory / "db.sock"),
            user="root",
            autocommit=True,
            ssl_disabled=True,  # or each connection reads the authorities of the system anew
        )
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def create_database(self, name: str) -> str:
        """Create an empty database and return its lsync URL."""
        self.admin(
            f"DROP DATABASE IF EXISTS `{name}`",
            f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4",
            f"CREATE USER IF NOT EXISTS 'lsync'@'127.0.0.1' IDENTIFIED BY '{self.password}'",
            f"GRANT ALL ON `{name}`.* TO 'lsync'@'127.0.0.1'",
        )
        return f"mysql://lsync:{self.password}@127.0.0.1:{self.port}/{name}"


def run_mariadb() -> Iterator[MariaDB]:
    """Yield a running server; skip (or fail in CI) where the programs are not installed."""
    for program in ("mariadbd", "mariadb-install-db"):
        required(program, package="mariadb-server")
    directory = Path(tempfile.mkdtemp(prefix="lsync-db-"))
    # A server that starts removes every "#sql*" file of its tmpdir, also those of its neighbours.
    (directory / "tmp").mkdir()
    try:
        subprocess.run(
            [
                "mariadb-install-db",
                "--no-defaults",
                f"--user={getpass.getuser()}",
                f"--datadir={directory / 'data'}",
                f"--tmpdir={directory / 'tmp'}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ],
            check=True,
            capture_output=True,
        )
        server = MariaDB(directory=directory, port=free_port())
        server.start()
        try:
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(directory, ignore_errors=True)
