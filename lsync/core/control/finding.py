"""The first of several control sockets that answers. Where to look is the settings' business."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from lsync.core.control.client import ControlClient
from lsync.core.control.errors import (
    ACCESS,
    START_DAEMON,
    ControlError,
    DaemonSilent,
    DaemonUnreachable,
    unusable_path,
)
from lsync.core.control.messages.base import PROTOCOL, ErrorMessage, Hello

PATH_LIMIT = 107
"""Bytes in ``sockaddr_un.sun_path`` on Linux, without the final zero."""


def reading_socket(path: Path) -> Path:
    """The socket beside a daemon's own at ``path`` on which it refuses everything but reading."""
    return path.with_name(f"{path.stem}.read{path.suffix}")


def over_socket(path: Path) -> ControlClient:
    """A client of the daemon at ``path`` that keeps its connections. Nothing is sent yet.

    Raises:
        DaemonUnreachable: the path is too long for a socket.
    """
    import httpx

    _check_length(path)
    # There is no TLS on a socket; without this a start costs the reading of all authorities.
    transport = httpx.AsyncHTTPTransport(uds=str(path), verify=False)
    return ControlClient(transport, address=str(path))


def for_a_command(path: Path) -> ControlClient:
    """A client of the daemon at ``path`` that starts fast and has no live events.

    Raises like ``over_socket``.
    """
    from lsync.core.control.socket_link import SocketLink

    _check_length(path)
    return ControlClient(SocketLink(path), address=str(path))


def directly(path: Path) -> ControlClient:
    """A client of the daemon at ``path`` for work that is run by ``direct_link.at_once``.

    Raises like ``over_socket``.
    """
    from lsync.core.control.direct_link import DirectLink

    _check_length(path)
    return ControlClient(DirectLink(path), address=str(path))


def _check_length(path: Path) -> None:
    if len(os.fsencode(path)) > PATH_LIMIT:
        raise unusable_path(path, limit=PATH_LIMIT)


async def find_daemon(
    candidates: Sequence[Path], *, connect: Callable[[Path], ControlClient] = over_socket
) -> ControlClient:
    """The client of the first daemon that answers; the caller closes it.

    Raises:
        DaemonUnreachable: none answers; names every place that was tried.
        ControlError: one answers but speaks another protocol.
    """
    failures: list[DaemonUnreachable] = []
    for path in candidates:
        try:
            return await _greet(connect(path), path)
        except DaemonUnreachable as failure:
            failures.append(failure)
    raise all_failed(failures)


def all_failed(failures: Sequence[DaemonUnreachable]) -> DaemonUnreachable:
    """What to say when no place answered. A socket that this user may not open says most."""
    forbidden = [each for each in failures if each.message.next_step == ACCESS]
    silent = [each for each in failures if isinstance(each, DaemonSilent)]
    if forbidden or silent or len(failures) == 1:
        return (forbidden or silent or failures)[0]
    return DaemonUnreachable(
        "No daemon answers.",
        why=" ".join(f"{each.message.error} {each.message.why}" for each in failures),
        next_step=START_DAEMON,
    )


async def _greet(client: ControlClient, path: Path) -> ControlClient:
    try:
        check_protocol(await client.hello(), address=str(path))
    except BaseException:
        await client.aclose()
        raise
    return client


def check_protocol(hello: Hello, *, address: str) -> None:
    """Refuse to talk across protocol versions.

    Raises:
        ControlError: the versions differ; says which side is older.
    """
    if hello.protocol == PROTOCOL:
        return
    older = "daemon" if hello.protocol < PROTOCOL else "command"
    raise ControlError(
        ErrorMessage(
            error=f"The daemon at {address} speaks protocol {hello.protocol}, not {PROTOCOL}.",
            why=f"This {older} is the older one; the daemon is lsync {hello.version}.",
            next_step="Restart the daemon after an upgrade."
            if older == "daemon"
            else "Upgrade this lsync.",
            exit_code=69,
        )
    )
