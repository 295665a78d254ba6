"""The shell command of each action, ready to be copied."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lsync.tui.view.spans import Line, Span, Tone, line


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A command that can be copied: the key that picks it, what it does, and its text."""

    key: str
    what: str
    command: str


Command = tuple[str, str, tuple[str, ...]]
"""Key, what it does, and the words after ``lsync``."""


def shell(*words: str) -> str:
    """Return words quoted so that a shell reads them as they are."""
    return shlex.join(words)


def order_commands(number: str, *, held: bool = False) -> list[Copy]:
    """Return the commands for one order, each under the key of its action."""
    letting = ("release it", "release") if held else ("hold it", "hold")
    commands = (
        ("y", "show it", ("po", "show", number)),
        ("s", "sync it", ("sync", "po", number)),
        ("r", "retry its sync", ("sync", "retry", number)),
        ("d", "plan its sync", ("sync", "plan", number)),
        ("a", "approve it", ("po", "approve", number)),
        ("f", "compare it", ("sync", "diff", number)),
        (",", "its history", ("sync", "history", number)),
        ("h", letting[0], ("po", letting[1], number)),
        ("n", "note on it", ("po", "note", number, "TEXT")),
        ("t", "take it on", ("po", "note", number, "--taken")),
        ("e", "edit it", ("po", "edit", number)),
        ("m", "map its words", ("map", "suggest", number)),
        ("D", "its decisions", ("decide", "list", "--order", number)),
        ("l", "its log", ("log", "search", "--order", number)),
    )
    return [*_copies(commands), Copy(key="k", what="its number only", command=number)]


def job_commands(job_id: int) -> list[Copy]:
    """Return the commands for one job, each under the key of its action."""
    number = str(job_id)
    return _copies(
        (
            ("y", "show it", ("queue", "show", number)),
            ("r", "retry it", ("queue", "retry", number)),
            ("x", "cancel it", ("queue", "cancel", number)),
            ("X", "discard it", ("queue", "discard", number)),
            ("E", "edit its payload", ("queue", "edit", number)),
            ("b", "by error", ("queue", "errors")),
            ("p", "pause the queue", ("queue", "pause")),
        )
    )


def log_commands(
    log_id: int, order_number: str | None, message: str, *, typed: str = ""
) -> list[Copy]:
    """Return what can be copied of one log entry; ``typed`` is the filter the log is under."""
    commands: list[Command] = [("y", "show it", ("log", "show", str(log_id)))]
    if order_number:
        commands += [("s", "the order's sync", ("sync", "status", order_number))]
        commands += [("l", "the order's log", ("log", "search", "--order", order_number))]
    narrowed = ("--filter", typed) if typed else ()
    commands += [("e", "export the log", ("log", "export", "log.csv", *narrowed))]
    return [*_copies(commands), Copy(key="m", what="its message", command=message)]


def call_commands(call_id: int, order_number: str | None, request_id: str | None) -> list[Copy]:
    """Return what can be copied of one exchange with Lightspeed."""
    commands: list[Command] = [("y", "show it", ("log", "call", str(call_id)))]
    if order_number:
        commands += [("l", "the order's calls", ("log", "calls", "--order", order_number))]
    kept = _copies(commands)
    return [*kept, Copy(key="k", what="its request id", command=request_id)] if request_id else kept


def webhook_commands(webhook_id: int | None, job_id: int | None) -> list[Copy]:
    """Return the commands around received webhooks, each under the key of its action."""
    commands: list[Command] = []
    if job_id is not None:
        commands += [("j", "show its job", ("queue", "show", str(job_id)))]
    if webhook_id is not None:
        commands += [
            ("y", "show it", ("webhook", "show", str(webhook_id))),
            ("r", "replay it", ("webhook", "replay", str(webhook_id))),
        ]
    commands += [
        ("e", "list events", ("webhook", "events")),
        ("u", "subscriptions", ("webhook", "list")),
        ("c", "subscribe", ("webhook", "create")),
        ("t", "try one", ("webhook", "test")),
    ]
    return _copies(commands)


def view_command(mode: str, *, typed: str = "") -> Copy:
    """Return the command that opens the dashboard as it stands."""
    words = ("tui", mode, *(("--filter", typed) if typed else ()))
    return Copy(key="v", what="this view", command=shell("lsync", *words))


def _copies(commands: Iterable[Command]) -> list[Copy]:
    return [
        Copy(key=key, what=what, command=shell("lsync", *words)) for key, what, words in commands
    ]


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
