"""Sockets that the service manager opened and passed on (``sd_listen_fds``)."""

import os
import socket
from collections.abc import MutableMapping
from dataclasses import dataclass

FIRST_DESCRIPTOR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class InheritedSockets:
    """What was passed on: the control socket, the public port, either or neither."""

    control: socket.socket | None = None
    public: socket.socket | None = None


def take_inherited(environ: MutableMapping[str, str], *, pid: int) -> InheritedSockets:
    """Take over passed sockets and remove their variables, so that no child takes them too.

    A Unix socket is the control socket, an internet one the public port. Variables meant for
    another process are left alone.
    """
    if environ.get("LISTEN_PID") != str(pid):
        return InheritedSockets()
    count = int(environ.pop("LISTEN_FDS", "0"))
    environ.pop("LISTEN_PID", None)
    environ.pop("LISTEN_FDNAMES", None)
    passed = [_adopt(FIRST_DESCRIPTOR + offset) for offset in range(count)]
    return InheritedSockets(
        control=next((each for each in passed if each.family == socket.AF_UNIX), None),
        public=next((each for each in passed if each.family != socket.AF_UNIX), None),
    )


def _adopt(descriptor: int) -> socket.socket:
    os.set_inheritable(descriptor, False)
    adopted = socket.socket(fileno=descriptor)
    adopted.setblocking(False)
    return adopted
