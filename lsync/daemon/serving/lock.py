"""A lock file that says which process holds it. The kernel frees it when the process dies."""

import contextlib
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self


class LockHeldError(Exception):
    """Another process holds the lock; ``pid`` if it wrote it down."""

    def __init__(self, path: Path, pid: int | None) -> None:
        """Keep both for the message at the border."""
        super().__init__(f"{path} is held by process {pid or 'unknown'}")
        self.path = path
        self.pid = pid


@dataclass(frozen=True, slots=True)
class LockFile:
    """A held lock. The file stays behind when released: removing it would race with a taker."""

    path: Path
    descriptor: int

    @classmethod
    def take(cls, path: Path) -> Self:
        """Take the lock without waiting and note this process in it.

        Raises:
            LockHeldError: another process has it.
            OSError: the file cannot be made.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(path, flags, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as failure:
            pid = _holder(descriptor)
            os.close(descriptor)
            raise LockHeldError(path, pid) from failure
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        return cls(path, descriptor)

    def release(self) -> None:
        """Let the next one have it."""
        with contextlib.suppress(OSError):
            os.close(self.descriptor)


def is_held(path: Path) -> bool:
    """Whether a process holds the lock, found out without touching it (Linux; else False)."""
    try:
        status, locks = path.stat(), Path("/proc/locks").read_text(encoding="ascii")
    except (OSError, ValueError):
        return False
    device = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    taken = (line.split() for line in locks.splitlines())
    return any("FLOCK" in words and "->" not in words and device in words for words in taken)


def _holder(descriptor: int) -> int | None:
    written = os.pread(descriptor, 20, 0).strip()
    return int(written) if written.isdigit() else None
