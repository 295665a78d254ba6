"""Runs the dashboard on the terminal it is started on, over a daemon full of hostile text."""

import sys

from lsync.tui.app import run
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.test_hostile_text import hostile, poisoned

if __name__ == "__main__":
    daemon = FakeDaemon()
    poisoned(daemon, hostile(400))
    sys.exit(run(daemon.connect, undo_seconds=0))
