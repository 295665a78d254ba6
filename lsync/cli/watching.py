"""Showing something again and again until Ctrl-C."""

import sys
import time
from collections.abc import Callable

from lsync.cli.output import console

EVERY_SECONDS = 2.0


def show_again(show: Callable[[], None], *, watch: bool) -> None:
    """Show once, or with ``watch`` every two seconds; Ctrl-C then ends it without an error."""
    if not watch:
        show()
        return
    try:
        while True:
            if sys.stdout.isatty():
                console().clear()
            show()
            sys.stdout.flush()
            time.sleep(EVERY_SECONDS)
    except KeyboardInterrupt:
        return
