"""``python -m lsync`` is the command line."""

from lsync.cli.app import run

run()
