"""Runs upgrades that kill themselves at a chosen point. A process of its own, for tests.

It reads lines ``<point> <url>`` from stdin and forks for each: the child upgrades the database
and is gone (SIGKILL) just before statement or COMMIT number ``point``; 0 is never. One word
answers each line: ``killed``, ``done``, or ``failed``, whose reason is on stderr.
"""

import os
import signal
import sys
from itertools import count
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from lsync.core.store import migrate


def kill_at(point: int) -> None:
    numbers = count(1)

    def step(*_: Any) -> None:
        if next(numbers) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)


def run(point: int, url: str) -> str:
    child = os.fork()
    if not child:
        kill_at(point)
        migrate.upgrade(url)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "killed"
    return "failed" if os.WEXITSTATUS(status) else "done"


if __name__ == "__main__":
    for line in sys.stdin:
        chosen, _, where = line.strip().partition(" ")
        print(run(int(chosen), where), flush=True)
