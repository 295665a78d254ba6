"""What can go wrong between a client and the daemon, each as a message for a person."""

import errno
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from lsync.core.control.messages.base import ErrorMessage

EXIT_UNREACHABLE = 69
START_DAEMON = "Start it with `lsync daemon` or `systemctl start lsync`, then try again."
ACCESS = "Ask for membership of the group that owns the socket (usually lsync), then log in again."


class ControlError(Exception):
    """The daemon refused or failed. ``message`` says what, why and what to do next.

    ``status`` is the HTTP status of the answer, ``None`` when there was no answer.
    """

    def __init__(self, message: ErrorMessage, *, status: int | None = None) -> None:
        """Keep the message whole; the text of the exception is its first sentence."""
        super().__init__(message.error)
        self.message = message
        self.status = status


class DaemonUnreachable(ControlError):  # noqa: N818 - the name is part of the client's contract
    """Nobody answers on the control socket, or the answer stopped half-way."""

    def __init__(self, error: str, *, why: str = "", next_step: str = START_DAEMON) -> None:
        """Exit code 69 goes with every unreachable daemon."""
        super().__init__(
            ErrorMessage(error=error, why=why, next_step=next_step, exit_code=EXIT_UNREACHABLE)
        )


class DaemonSilent(DaemonUnreachable):
    """Somebody took the connection and said nothing for as long as one waits: asking again waits
    as long again.
    """


def refusal(status: int, content: bytes) -> ControlError:
    """The error that an answer other than 2xx stands for."""
    try:
        message = ErrorMessage.model_validate_json(content)
    except ValidationError:
        message = ErrorMessage(
            error=f"The daemon answered {status} without an explanation.",
            why="Something else may be listening on the control socket.",
            next_step="Look at the daemon's log.",
        )
    return ControlError(message, status=status)


def not_in_time(address: str) -> DaemonSilent:
    """The request was taken and not answered."""
    return DaemonSilent(
        f"The daemon at {address} did not answer in time.",
        why="It took the request, so the action may still be carried out.",
        next_step="Look at `lsync status` before repeating it.",
    )


def not_taken(address: str) -> DaemonSilent:
    """The connection, or the request on it, was not taken."""
    return DaemonSilent(f"The daemon at {address} did not take the request in time.")


def not_connected(failure: BaseException, *, address: str) -> DaemonUnreachable:
    """Nobody could be connected to; the reason is the system's error in or behind ``failure``."""
    return DaemonUnreachable(
        f"No daemon answers on {address}.",
        why=_reason(failure),
        next_step=ACCESS if _errno(failure) == errno.EACCES else START_DAEMON,
    )


def broke_off(address: str) -> DaemonUnreachable:
    """The answer stopped half-way, or never began."""
    return DaemonUnreachable(
        f"The connection to the daemon at {address} broke off.",
        why="It may have stopped while it was answering.",
        next_step="Look at `lsync status` before repeating an action.",
    )


def unusable_path(path: Path, *, limit: int) -> DaemonUnreachable:
    """The error for a socket path longer than the kernel takes."""
    return DaemonUnreachable(
        f"The socket path {path} is too long.",
        why=f"A Unix socket's path may have at most {limit} bytes.",
        next_step="Choose a shorter path for daemon.socket.",
    )


def _reason(failure: BaseException) -> str:
    reasons = {
        errno.ENOENT: "There is no socket at that path.",
        errno.ECONNREFUSED: "Nothing listens there: its daemon is gone, or it is no socket.",
        errno.EACCES: "This user may not open the socket.",
        errno.ENOTSOCK: "The path is not a socket.",
        errno.ENOTDIR: "A part of the path is not a directory.",
    }
    return reasons.get(_errno(failure) or 0, str(failure))


def _errno(failure: BaseException) -> int | None:
    numbers = (cause.errno for cause in _causes(failure) if isinstance(cause, OSError))
    return next((number for number in numbers if number is not None), None)


def _causes(failure: BaseException | None) -> Iterator[BaseException]:
    while failure is not None:
        yield failure
        yield from getattr(failure, "exceptions", ())
        failure = failure.__cause__ or failure.__context__
