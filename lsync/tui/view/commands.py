"""The shell command of each action, ready to be copied."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from lsync.tui.view.spans import Line, Span, Tone, line


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A command that can be copied: the key that picks it, what it does, and its text."""

    key: str
    what: str
    command: str


def shell(*words: str) -> str:
    """Return words quoted so that a shell reads them as they are."""
    return shlex.join(words)


def order_commands(order_number: str) -> list[Copy]:
    """Return the commands for one order."""
    return [
        Copy(key="y", what="show it", command=shell("lsync", "po", "show", order_number)),
        Copy(key="s", what="sync it", command=shell("lsync", "sync", "po", order_number)),
        Copy(key="r", what="retry its sync", command=shell("lsync", "sync", "retry", order_number)),
        Copy(key="d", what="plan its sync", command=shell("lsync", "sync", "plan", order_number)),
        Copy(key="a", what="approve it", command=shell("lsync", "po", "approve", order_number)),
        Copy(key="n", what="its number only", command=order_number),
    ]


def job_commands(job_id: int) -> list[Copy]:
    """Return the commands for one job."""
    number = str(job_id)
    return [
        Copy(key="y", what="show it", command=shell("lsync", "queue", "show", number)),
        Copy(key="r", what="retry it", command=shell("lsync", "queue", "retry", number)),
        Copy(key="x", what="cancel it", command=shell("lsync", "queue", "cancel", number)),
    ]


def log_commands(order_number: str | None, message: str) -> list[Copy]:
    """Return what can be copied of one log entry."""
    copies = [Copy(key="m", what="its message", command=message)]
    if order_number:
        status = shell("lsync", "sync", "status", order_number)
        copies.insert(0, Copy(key="y", what="the order's sync", command=status))
    return copies


def webhook_commands(webhook_id: int | None, job_id: int | None) -> list[Copy]:
    """Return the commands around received webhooks."""
    copies = [Copy(key="e", what="list events", command=shell("lsync", "webhook", "events"))]
    if webhook_id is not None:
        replay = shell("lsync", "webhook", "replay", str(webhook_id))
        copies.insert(0, Copy(key="r", what="replay it", command=replay))
    if job_id is not None:
        copies.insert(0, job_commands(job_id)[0])
    return copies


def copy_lines(copies: Sequence[Copy]) -> list[Line]:
    """Return the menu of what can be copied."""
    width = max((len(copy.what) for copy in copies), default=0)
    return [
        line(
            Span(f" {copy.key}  ", Tone.KEY),
            Span(copy.what.ljust(width) + "  ", Tone.DIM),
            Span(copy.command, Tone.STRONG),
        )
        for copy in copies
    ]
