"""A simulator in a process of its own, so that it does not share our event loop."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def simulator_process(*options: str) -> Iterator[str]:
    """Start ``python -m lsync.simulator`` on a free port; give its address without a path."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lsync.simulator", "--port", "0", *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if process.stdout is None:
            raise RuntimeError("the simulator was started without a pipe")
        yield process.stdout.readline().strip().rpartition(" ")[2]
    finally:
        process.terminate()
        process.wait(10)
