"""The control socket of another machine, forwarded by SSH to a socket on this one."""

import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lsync.cli.failures import Failure
from lsync.core.control.errors import EXIT_UNREACHABLE, DaemonUnreachable
from lsync.core.control.finding import find_daemon, reading_socket

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient

SOCKET = Path("/run/lsync/control.sock")
"""Where the service has its socket."""
OPEN_SECONDS = 60.0
"""A person may have to type a passphrase."""


class ForwardedSocket:
    """A socket here that leads to ``there`` on ``host``; SSH is the system's own.

    A line that broke is opened again without asking for anything on the terminal, which belongs
    to the dashboard by then.
    """

    def __init__(self, ssh: str, host: str, *, there: Path, directory: Path) -> None:
        """Nothing is opened yet; ``directory`` is for the socket and is this person's alone."""
        self.host = host
        self._ssh = ssh
        self._there = there
        self._here = directory / "control.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def open(self, *, asks: bool) -> None:
        """Open the line; with ``asks`` SSH may ask for a passphrase.

        Raises:
            DaemonUnreachable: SSH ended, or took too long.
        """
        self._here.unlink(missing_ok=True)
        words = command(self._ssh, self.host, here=self._here, there=self._there, asks=asks)
        silent = None if asks else subprocess.DEVNULL
        process = subprocess.Popen(words, stdin=silent, stdout=silent, stderr=silent)
        self._process = process
        deadline = time.monotonic() + OPEN_SECONDS
        while not self._here.is_socket():
            if process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise DaemonUnreachable(
                    f"{self.host} cannot be reached by ssh.",
                    why="" if asks else "The line was open before and broke.",
                    next_step=f"Try `ssh {self.host}` to see why.",
                )
            time.sleep(0.05)

    def close(self) -> None:
        """End SSH."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    async def connect(self) -> "ControlClient":
        """A client of the daemon there; opens the line again if it broke."""
        if self._process is None or self._process.poll() is not None:
            await asyncio.to_thread(self.open, asks=False)
        return await find_daemon([self._here])


@contextmanager
def forwarded_socket(host: str, *, read_only: bool) -> Iterator[ForwardedSocket]:
    """A forwarded socket of ``[user@]host[:/path/control.sock]``, open until the block ends.

    Raises:
        Failure: ssh is not there, or could not connect; its own words are on the terminal.
    """
    ssh = shutil.which("ssh")
    if ssh is None:
        raise Failure(
            "There is no ssh on this machine.",
            next_step="Install the OpenSSH client, or log in there and run `lsync tui`.",
        )
    name, _, path = host.partition(":")
    there = Path(path) if path else SOCKET
    wanted = reading_socket(there) if read_only else there
    with tempfile.TemporaryDirectory(prefix="lsync-ssh-") as directory:
        forwarded = ForwardedSocket(ssh, name, there=wanted, directory=Path(directory))
        try:
            forwarded.open(asks=True)
        except DaemonUnreachable as failure:
            said = failure.message
            raise Failure(said.error, next_step=said.next_step, code=EXIT_UNREACHABLE) from failure
        try:
            yield forwarded
        finally:
            forwarded.close()


def command(ssh: str, name: str, *, here: Path, there: Path, asks: bool) -> list[str]:
    """The ssh command: nothing runs there, the forward must work, a dead line is noticed."""
    options = ["ExitOnForwardFailure=yes", "ServerAliveInterval=15", "StreamLocalBindUnlink=yes"]
    if not asks:
        options.append("BatchMode=yes")
    given = [word for option in options for word in ("-o", option)]
    return [ssh, "-N", "-T", *given, "-L", f"{here}:{there}", "--", name]
