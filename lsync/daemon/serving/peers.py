"""Who is on the other end of the control socket, and whether that user may command the daemon."""

import asyncio
import json
import os
import socket
import struct
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive, Scope, Send

from lsync.core.control.messages import ErrorMessage
from lsync.daemon.serving.control_socket import GROUP, control_group
from lsync.daemon.serving.deadlines import DeadlineProtocol
from lsync.daemon.users import login_name

SO_PEERGROUPS = 59
"""Linux: the peer's supplementary groups as they were when it connected."""
_CREDENTIALS = struct.Struct("3i")


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A process on the other end, as the kernel vouches for it."""

    pid: int
    uid: int
    groups: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        """The user's login name, or the number where there is none."""
        return login_name(self.uid)


def read_peer(connection: socket.socket) -> Peer:
    """The process that connected, from the kernel."""
    packed = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    pid, uid, gid = _CREDENTIALS.unpack(packed)
    return Peer(pid=pid, uid=uid, groups=_groups(connection) | {gid})


def may_command(peer: Peer, *, own_uid: int, group: int | None) -> bool:
    """Whether the peer is the daemon's own user, the superuser or in the control group."""
    return peer.uid in {0, own_uid} or (group is not None and group in peer.groups)


class PeerProtocol(DeadlineProtocol):
    """HTTP over the control socket: strangers are told so, others are known by name."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        """Ask the kernel who connected before the first byte is read."""
        super().connection_made(transport)
        connection: socket.socket = transport.get_extra_info("socket")
        peer = read_peer(connection)
        self.app_state = {**self.app_state, "peer": peer}
        if not may_command(peer, own_uid=os.geteuid(), group=control_group()):
            self.app = _refuse


def _groups(connection: socket.socket) -> frozenset[int]:
    try:
        packed = connection.getsockopt(socket.SOL_SOCKET, SO_PEERGROUPS, 4096)
    except OSError:
        return frozenset()
    return frozenset(number for (number,) in struct.iter_unpack("I", packed))


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - ASGI
    message: dict[str, Any] = ErrorMessage(
        error="This user may not command the daemon.",
        why=f"The control socket serves the daemon's own user, root and the group {GROUP}.",
        next_step=f"Ask for membership of the group {GROUP}, then log in again.",
        exit_code=69,
    ).model_dump()
    body = json.dumps(message).encode()
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
