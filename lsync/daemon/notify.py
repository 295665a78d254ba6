"""What the daemon tells the service manager (``sd_notify``). Silent when nobody listens."""

import contextlib
import os
import socket
from collections.abc import Mapping
from datetime import timedelta

PATIENCE_SECONDS = 2.0
"""For what must not be missed, when the manager's queue is full."""


class Notifier:
    """Sends states to the socket named in ``NOTIFY_SOCKET``."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read where to send from the environment."""
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._status: str | None = None

    def ready(self) -> None:
        """The daemon does its work."""
        self._send("READY=1", patience=PATIENCE_SECONDS)

    def status(self, text: str) -> None:
        """One line for ``systemctl status``; repeated ones are not sent."""
        if text != self._status:
            self._status = text
            self._send("STATUS=" + " ".join(text.split()))

    def alive(self) -> None:
        """Reset the watchdog."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """The daemon has begun to stop."""
        self._send("STOPPING=1", patience=PATIENCE_SECONDS)

    def _send(self, state: str, *, patience: float = 0) -> None:
        if not self._address:
            return
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender,
        ):
            sender.settimeout(patience)
            sender.sendto(state.encode(), self._address)


def watchdog_interval(environ: Mapping[str, str]) -> timedelta | None:
    """Half the time after which the manager gives a silent daemon up, ``None`` without one."""
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    micros = environ.get("WATCHDOG_USEC", "")
    return timedelta(microseconds=int(micros)) / 2 if micros.isdigit() and int(micros) else None
