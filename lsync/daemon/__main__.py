"""``python -m lsync.daemon --config FILE``: the daemon without the rest of the command line."""

import argparse
import sys
from pathlib import Path

from lsync.daemon.collector import put_off_collecting


def main() -> int:
    """Read the arguments, run the daemon, return its exit code."""
    parser = argparse.ArgumentParser(prog="lsync.daemon", description="The lsync daemon.")
    parser.add_argument("--config", type=Path, help="the settings file")
    parser.add_argument("--socket", type=Path, help="the control socket")
    parser.add_argument("--read-only", action="store_true", help="refuse every change by clients")
    given = parser.parse_args()
    put_off_collecting()
    from lsync.core.settings import load_settings
    from lsync.daemon.main import run_daemon

    return run_daemon(
        lambda stored: load_settings(
            config=given.config, stored=stored, flags={"daemon.socket": given.socket}
        ),
        read_only=given.read_only,
    )


if __name__ == "__main__":
    sys.exit(main())
