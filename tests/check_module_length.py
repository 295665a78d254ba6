"""Fail when a module grows past 400 lines: then two ideas live in it."""

import subprocess
import sys
from pathlib import Path

LIMIT = 400


def main() -> int:
    """Print every tracked Python file above the limit; return 1 if there is one."""
    listing = subprocess.run(
        ["git", "ls-files", "*.py"], check=True, capture_output=True, text=True
    ).stdout
    long = [
        (count, name)
        for name in listing.split()
        if Path(name).exists()
        and (count := len(Path(name).read_text(encoding="utf-8").splitlines())) > LIMIT
    ]
    for count, name in sorted(long, reverse=True):
        sys.stderr.write(f"{name}: {count} lines; the limit is {LIMIT}\n")
    return 1 if long else 0


if __name__ == "__main__":
    sys.exit(main())
