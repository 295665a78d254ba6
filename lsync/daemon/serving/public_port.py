"""The public TCP port, bound here so that a refusal can say what is wrong."""

import errno
import socket

from lsync.daemon.refusals import EXIT_CONFIG, EXIT_RETRY, StartRefusedError


def bind_public(host: str, port: int) -> socket.socket:
    """Return a listening socket on ``host``:``port``.

    Raises:
        StartRefusedError: the address is in use, not ours, or not allowed.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as failure:
        raise _refused(host, port, failure) from failure
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
        listener.setblocking(False)
    except OSError as failure:
        listener.close()
        raise _refused(host, port, failure) from failure
    return listener


def _refused(host: str, port: int, failure: OSError) -> StartRefusedError:
    in_use = failure.errno == errno.EADDRINUSE
    return StartRefusedError(
        f"The webhook port cannot be opened at {host}:{port}.",
        why="Another program already listens there."
        if in_use
        else f"{failure.strerror or failure}.",
        next_step="Stop the other program or choose another webhooks.port."
        if in_use
        else "Choose an address of this machine and a port this user may open "
        "(webhooks.host, webhooks.port).",
        exit_code=EXIT_RETRY if in_use else EXIT_CONFIG,
    )
