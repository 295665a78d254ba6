"""Servers that benchmarks start for themselves: own data directory, loopback, durable settings.

MariaDB comes from the tests. Each gives None, after saying why, where its program is missing.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.databases import free_port

POSTGRES_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
START_SECONDS = 60.0


@contextlib.contextmanager
def postgresql() -> Iterator[str | None]:
    """Give the URL of a PostgreSQL with fsync and synchronous_commit on, as it comes."""
    places = os.pathsep.join(map(str, [*POSTGRES_PLACES, os.environ.get("PATH", "")]))
    server, initdb = (shutil.which(name, path=places) for name in ("postgres", "initdb"))
    if server is None or initdb is None:
        print("without PostgreSQL: it is not installed (apt-get install postgresql)")
        yield None
        return
    user = _unprivileged("postgres")
    with _folder(user) as folder:
        data, port = folder / "data", free_port()
        run = [initdb, "-D", str(data), "-U", "bench", "-A", "trust", "--no-sync"]
        subprocess.run(run, check=True, capture_output=True, user=user, cwd=folder)
        command = [server, "-D", str(data), "-k", str(folder), "-h", "127.0.0.1", "-p", str(port)]
        with _running(command, port=port, user=user, folder=folder):
            yield f"postgresql://bench@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def redis() -> Iterator[str | None]:
    """Give the URL of a Redis that syncs its log before each answer."""
    server = shutil.which("redis-server")
    if server is None:
        print("without Redis: it is not installed (apt-get install redis-server)")
        yield None
        return
    with _folder(None) as folder:
        port = free_port()
        durable = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        command = [server, "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
        with _running([*command, *durable], port=port, user=None, folder=folder):
            yield f"redis://127.0.0.1:{port}"


def _unprivileged(name: str) -> str | None:
    """Return the user that a server shall run as which refuses to run as root."""
    if os.geteuid() != 0:
        return None
    pwd.getpwnam(name)
    return name


@contextlib.contextmanager
def _folder(user: str | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="lsync-bench-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _running(command: list[str], *, port: int, user: str | None, folder: Path) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, user=user, cwd=folder)
    try:
        _until(lambda: _answers(port), process, log=folder / "log")
        yield
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL would wait for connections on SIGTERM
        process.wait()


def _until(check: Callable[[], bool], process: subprocess.Popen[bytes], *, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not check():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(log.read_text(errors="replace")[-2000:])
        time.sleep(0.1)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
