"""Runs the dashboard on the terminal it is started on, over a daemon in memory."""

import sys

from lsync.tui.app import run
from tests.tui.fake_daemon import FakeDaemon

if __name__ == "__main__":
    sys.exit(run(FakeDaemon().connect))
