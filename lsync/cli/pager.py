"""What is longer than the screen goes through a pager, as git does it; what fits is just printed.

Only where a person reads: on a terminal, and never JSON, CSV, or what is shown again and again.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from functools import wraps
from typing import Any, Final

import typer

from lsync.cli.options import general
from lsync.cli.output import Captured

Command = Callable[..., None]

LESS_FLAGS: Final = "FRX"
"""Leave at once when it fits, keep colours, leave the text on the screen; unless LESS is set."""
NOT_STARTED: Final = frozenset({126, 127})
"""Exit codes of the shell for a command that cannot be run; the shell has said why."""
SHOWN_OTHERWISE: Final = frozenset({"json", "jsonl", "csv", "watch", "follow"})
"""Arguments of a command that asks for something else than a text to read."""


def through_pager(command: Command) -> Command:
    """Let what a reading command prints go through the pager. It must not ask anything."""

    @wraps(command)
    def run(ctx: typer.Context, *args: Any, **kwargs: Any) -> None:
        wanted = not general(ctx).no_pager and not any(kwargs.get(key) for key in SHOWN_OTHERWISE)
        pager = choose_pager(os.environ) if wanted else ""
        if not pager:
            command(ctx, *args, **kwargs)
            return
        with _held_back(pager):
            command(ctx, *args, **kwargs)

    return run


def choose_pager(environment: Mapping[str, str]) -> str:
    """The shell command of the pager, or an empty text when there is none to use.

    ``LSYNC_PAGER`` comes before ``PAGER``; empty or ``cat`` means none. Otherwise ``less``.
    """
    if not sys.stdout.isatty() or environment.get("TERM", "dumb") == "dumb":
        return ""
    for name in ("LSYNC_PAGER", "PAGER"):
        if name in environment:
            return "" if environment[name].strip() in {"", "cat"} else environment[name]
    import shutil

    return "less" if shutil.which("less") else ""


@contextmanager
def _held_back(pager: str) -> Iterator[None]:
    """Hold back what is printed in the block; at its end, however it ends, show it."""
    held = Captured(sys.stdout, paged=True)
    try:
        with redirect_stdout(held):
            yield
    finally:
        _show(held.getvalue(), pager=pager)


def _show(text: str, *, pager: str) -> None:
    from shutil import get_terminal_size

    if text.count("\n") < get_terminal_size().lines:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        _page(text, pager=pager)


def _page(text: str, *, pager: str) -> None:
    import signal
    import subprocess

    environment = {"LESS": LESS_FLAGS, **os.environ}
    content = text.encode(sys.stdout.encoding, errors="replace")
    # What the person has set is meant for the shell, as for every program with a pager.
    process = subprocess.Popen(pager, shell=True, stdin=subprocess.PIPE, env=environment)  # noqa: S602 - see above
    # Ctrl-C is for the pager, which has the terminal now.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process.communicate(content)
    finally:
        signal.signal(signal.SIGINT, before)
    if process.returncode in NOT_STARTED:
        sys.stdout.write(text)
        sys.stdout.flush()
