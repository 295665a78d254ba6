"""Standard streams that were closed before lsync began (``>&-``): opened, so that each is told of.

Python has none then, and the next file that is opened would take the number of the stream.
"""

import os
import sys

STREAMS = (
    ("stdin", os.O_RDONLY, "r"),
    # Reading only: what is printed cannot be written, and that is said like of a full disk.
    ("stdout", os.O_RDONLY, "w"),
    ("stderr", os.O_WRONLY, "w"),
)


def open_closed_streams() -> None:
    """Let stdin have nothing in it, stdout refuse what is written, and stderr forget it."""
    for number, (name, flags, mode) in enumerate(STREAMS):
        # The lowest number that is free is that of the stream: those below are open by now.
        if getattr(sys, name) is None and os.open(os.devnull, flags) == number:
            setattr(sys, name, os.fdopen(number, mode))
