"""How long a command takes to start, against the libraries it cannot do without."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import Figure, interleaved, median_ratio
from lsync.cli.demo.processes import clean_environment
from lsync.cli.demo.system import demo_system

HELP_GOAL, STATS_GOAL = 1.5, 1.6
START_SECONDS = 60.0
LSYNC = (sys.executable, "-m", "lsync")


def run() -> list[Figure]:
    """Measure whole processes; those that are compared run in turn."""
    with demo_system() as system:
        stats = (*LSYNC, "--config", str(system.config), "queue", "stats")
        _wait_for_the_daemon(stats)
        shown, libraries, asked, client = interleaved(
            (
                _timed(*LSYNC, "--help", place=system.directory),
                _timed(sys.executable, "-c", "import typer, rich", place=system.directory),
                _timed(*stats, place=system.directory),
                _timed(sys.executable, "-c", "import httpx, typer, rich", place=system.directory),
            )
        )
    return [
        Figure(
            name="lsync --help against import typer, rich",
            value=median_ratio(shown, libraries),
            goal=HELP_GOAL,
        ),
        Figure(
            name="lsync queue stats against import httpx, typer, rich",
            value=median_ratio(asked, client),
            goal=STATS_GOAL,
            note="beside a running daemon",
        ),
    ]


def _wait_for_the_daemon(command: tuple[str, ...]) -> None:
    """Wait until the daemon has its database and answers the command itself."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0 and not done.stderr:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(done.stderr)


def _timed(*command: str, place: Path) -> Callable[[], float]:
    environment = clean_environment(os.environ)

    def once() -> float:
        began = time.perf_counter()
        subprocess.run(command, cwd=place, env=environment, check=True, capture_output=True)
        return time.perf_counter() - began

    return once
