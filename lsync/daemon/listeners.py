"""What one daemon claims on its machine: control socket, database file, public port."""

import os
import socket
from collections.abc import MutableMapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import structlog

from lsync import __version__
from lsync.core.control.finding import PATH_LIMIT, reading_socket
from lsync.core.settings import Settings
from lsync.daemon.instance_lock import lock_instance
from lsync.daemon.serving.activation import take_inherited
from lsync.daemon.serving.control_socket import ControlSocket
from lsync.daemon.serving.public_port import bind_public

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """Bound sockets. A read-only daemon has no public port: a webhook would be written.

    Nor has a worker in the foreground.
    """

    control: socket.socket
    public: socket.socket | None
    reading: socket.socket | None = None
    """For clients that may only read; a socket passed by the service manager has none beside it."""


def claim(
    settings: Settings,
    *,
    environ: MutableMapping[str, str],
    held: ExitStack,
    read_only: bool,
    public: bool = True,
) -> Listeners:
    """Bind everything; ``held`` gives it back. Sockets the service manager passed come first.

    Raises:
        StartRefusedError: another daemon has it, or it cannot be had.
    """
    inherited = take_inherited(environ, pid=os.getpid())
    control = (
        ControlSocket.bind(settings.daemon.socket)
        if inherited.control is None
        else ControlSocket.inherited(inherited.control)
    )
    held.callback(control.close)
    reading = None if inherited.control else _bind_reading(settings.daemon.socket, held=held)
    port = None
    if not read_only:
        for lock in lock_instance(settings):
            held.callback(lock.release)
    if public and not read_only:
        port = inherited.public or bind_public(settings.webhooks.host, settings.webhooks.port)
        held.callback(port.close)
    log.info(
        "listening",
        version=__version__,
        pid=os.getpid(),
        control=str(control.path),
        public=None if port is None else ":".join(map(str, port.getsockname()[:2])),
    )
    return Listeners(control=control.listener, public=port, reading=reading)


def _bind_reading(control: Path, *, held: ExitStack) -> socket.socket | None:
    path = reading_socket(control)
    if len(os.fsencode(path)) > PATH_LIMIT:
        return None
    bound = ControlSocket.bind(path)
    held.callback(bound.close)
    return bound.listener
