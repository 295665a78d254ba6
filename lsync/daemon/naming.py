"""What this daemon is called among those that share its database."""

import hashlib
import socket
from pathlib import Path

from lsync.core.settings import Settings


def worker_id(settings: Settings) -> str:
    """The same after a restart, and different for each daemon of a shared database."""
    if settings.daemon.name is not None:
        return settings.daemon.name
    place = hashlib.sha256(str(Path(settings.daemon.state_dir).resolve()).encode()).hexdigest()
    return f"{socket.gethostname()[:100]}-{place[:8]}"
