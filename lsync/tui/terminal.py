"""Leaves the terminal as it was found: signals and a lost terminal end the dashboard in order."""

import asyncio
import os
import select
import signal
from collections.abc import Callable

from rich.console import Console

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
LOOK_SECONDS = 1.0


def few_colours() -> bool:
    """Tell whether the terminal's own sixteen colours should be used, or none (``NO_COLOR``)."""
    console = Console(force_terminal=True, legacy_windows=False)
    return "NO_COLOR" in os.environ or console.color_system in {"standard", None}


def install_signal_handlers(leave: Callable[[int], None]) -> None:
    """Call ``leave`` with 128 + the signal's number: Textual alone would leave the screen raw."""
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, leave, 128 + number)


def terminal_is_gone(descriptor: int = 0) -> bool:
    """Tell whether the other end of the terminal has hung up.

    Without this look a dashboard whose SIGHUP was ignored spins on the closed terminal.
    ``isatty`` is no help: it says no of a terminal that has hung up.
    """
    poll = select.poll()
    poll.register(descriptor, select.POLLHUP)
    return any(event & select.POLLHUP for _, event in poll.poll(0))


def output_is_congested(driver: object) -> bool:
    """Tell whether the terminal has not taken yet all that was written before: a slow line.

    Textual writes from a thread with a short queue; when that is full, its event loop stands
    still. So nothing more is drawn by itself until the line has caught up.
    """
    writer = getattr(driver, "_writer_thread", None)
    queue = getattr(writer, "_queue", None)
    return queue is not None and not queue.empty()
