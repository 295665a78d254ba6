"""Whether a process that has written its host and id into a row is still there."""

import os
import socket


def is_gone(host: str, pid: int) -> bool:
    """Say whether it was a process of this host that has ended; of others nothing is known."""
    if host != socket.gethostname():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False
