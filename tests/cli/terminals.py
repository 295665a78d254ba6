"""Commands as processes of their own, beside the demo's daemon and simulator."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from lsync.cli.demo.command import find_samples
from lsync.cli.demo.processes import clean_environment
from lsync.cli.demo.system import DemoSystem, demo_system
from tests.cli.conftest import Ran

SECONDS = 120.0


class Terminal:
    """Runs ``lsync`` as a process, against the demo's system."""

    def __init__(self, system: DemoSystem) -> None:
        self.system = system

    def __call__(self, *args: str) -> Ran:
        done = self.start(*args)
        out, err = done.communicate(timeout=SECONDS)
        return Ran(code=done.returncode, out=out, err=err)

    def start(self, *args: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "lsync", "--config", str(self.system.config), *args],
            cwd=self.system.directory,
            env=clean_environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@contextmanager
def opened_terminal() -> Iterator[Terminal]:
    """A terminal beside a daemon that has read the catalogue and imported the samples."""
    with demo_system() as system:
        terminal = Terminal(system)
        deadline = time.monotonic() + SECONDS
        while True:
            ran = terminal("queue", "list", "completed", "--type", "catalogue.refresh", "--json")
            if ran.code == 0 and ran.json and "No daemon" not in ran.err:
                break
            assert time.monotonic() < deadline, ran.err
        imported = terminal("po", "import", str(find_samples()))
        assert imported.code == 0, imported.err
        assert imported.err == ""
        yield terminal
