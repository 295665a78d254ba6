"""The control socket as a file: made, guarded against a second daemon, and removed again.

uvicorn would make it world-writable and would silently take a path that is in use, so the
socket is bound here and handed over.
"""

import contextlib
import grp
import os
import socket
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from lsync.daemon.refusals import EXIT_CONFIG, EXIT_RETRY, StartRefusedError
from lsync.daemon.serving.lock import LockFile, LockHeldError

GROUP = "lsync"
DIRECTORY_MODE = 0o750
UMASK = 0o117
"""Leaves 0660 for the socket."""
PROBE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlSocket:
    """A bound socket, its lock, and the inode that is ours to remove."""

    path: Path
    listener: socket.socket
    lock: LockFile | None = None
    inode: tuple[int, int] | None = None

    @classmethod
    def bind(cls, path: Path) -> Self:
        """Make the socket at ``path``, mode 0660, in a directory of mode 0750.

        A socket left over from a daemon that is gone is replaced; anything else at the path is
        left alone.

        Raises:
            StartRefusedError: a daemon runs there, or the path cannot be used.
        """
        try:
            _prepare_directory(path.parent)
            lock = LockFile.take(path.with_name(path.name + ".lock"))
        except LockHeldError as held:
            raise _taken(path, held.pid) from held
        except OSError as failure:
            raise _unusable(path, failure.strerror or str(failure)) from failure
        try:
            _clear(path)
            listener = _listen(path)
        except BaseException:
            lock.release()
            raise
        made = path.stat()
        return cls(path=path, listener=listener, lock=lock, inode=(made.st_dev, made.st_ino))

    @classmethod
    def inherited(cls, listener: socket.socket) -> Self:
        """Use a socket that the service manager made; it stays when the daemon stops."""
        return cls(path=Path(str(listener.getsockname())), listener=listener)

    def close(self) -> None:
        """Stop listening; remove the path only while it is still the socket made here."""
        self.listener.close()
        if self.inode is not None:
            with contextlib.suppress(OSError):
                found = self.path.lstat()
                if (found.st_dev, found.st_ino) == self.inode:
                    self.path.unlink()
        if self.lock is not None:
            self.lock.release()


def control_group() -> int | None:
    """The id of the group whose members may use the socket, if the machine has it."""
    try:
        return grp.getgrnam(GROUP).gr_gid
    except KeyError:
        return None


def _prepare_directory(directory: Path) -> None:
    if not directory.exists():
        directory.parent.mkdir(parents=True, exist_ok=True)
        directory.mkdir(mode=DIRECTORY_MODE)
        directory.chmod(DIRECTORY_MODE)
        _give_to_group(directory)
    owner = directory.stat()
    if owner.st_uid not in {os.geteuid(), 0}:
        raise PermissionError(0, f"the directory {directory} belongs to another user")


def _clear(path: Path) -> None:
    """Remove a dead socket at ``path``; refuse to touch anything else."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise StartRefusedError(
            f"{path} exists and is not a socket.",
            why="The daemon needs this path for its control socket and leaves the file as it is.",
            next_step="Move the file away, or choose another path with daemon.socket.",
            exit_code=EXIT_CONFIG,
        )
    if _answers(path):
        raise _taken(path, None)
    path.unlink()


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(PROBE_SECONDS)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            return False
        except FileNotFoundError:
            return False
        except OSError:
            return True  # unsure: whoever made it may be alive
        return True


def _listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(UMASK)
    try:
        listener.bind(str(path))
    except OSError as failure:
        listener.close()
        raise _unusable(path, failure.strerror or str(failure)) from failure
    finally:
        os.umask(before)
    _give_to_group(path)
    listener.listen(128)
    listener.setblocking(False)
    return listener


def _give_to_group(path: Path) -> None:
    group = control_group()
    if group is not None:
        with contextlib.suppress(PermissionError):
            os.chown(path, -1, group)


def _taken(path: Path, pid: int | None) -> StartRefusedError:
    who = f"process {pid}" if pid else "another process"
    return StartRefusedError(
        f"A daemon already runs on {path} ({who}).",
        why="One socket serves one daemon; two would answer at random.",
        next_step="Use the running one, stop it first, or choose another daemon.socket.",
        exit_code=EXIT_RETRY,
    )


def _unusable(path: Path, reason: str) -> StartRefusedError:
    return StartRefusedError(
        f"The control socket cannot be made at {path}.",
        why=f"{reason}.",
        next_step="Choose a path this user may write to with daemon.socket.",
        exit_code=EXIT_CONFIG,
    )
