"""Showing something again and again until Ctrl-C."""

import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout

from lsync.cli.output import Captured, console

EVERY_SECONDS = 2.0


def show_again(show: Callable[[], None], *, watch: bool) -> None:
    """Show once, or with ``watch`` every two seconds; Ctrl-C then ends it without an error.

    On a terminal what was shown before is replaced, and what does not fit is left out at the end.
    """
    if not watch:
        show()
        return
    try:
        while True:
            if sys.stdout.isatty():
                _replace_screen(show)
            else:
                show()
            sys.stdout.flush()
            time.sleep(EVERY_SECONDS)
    except KeyboardInterrupt:
        return


def _replace_screen(show: Callable[[], None]) -> None:
    from shutil import get_terminal_size

    with redirect_stdout(Captured(sys.stdout)) as shown:
        show()
    lines = shown.getvalue().splitlines()
    console().clear()
    sys.stdout.write("\n".join(fitting(lines, height=get_terminal_size().lines)) + "\n")


def fitting(lines: list[str], *, height: int) -> list[str]:
    """As many lines from the top as ``height`` rows hold, with the cursor below them."""
    if len(lines) < height:
        return lines
    kept = max(height - 2, 1)
    return [*lines[:kept], f"… {len(lines) - kept} more lines do not fit here."]
