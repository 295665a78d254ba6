"""``lsync queue``: the jobs behind every sync. Its commands are in queue_*.py."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from lsync.cli.groups import CommandGroup, group


class Queue(CommandGroup):
    """Loads a part only when one of its commands is used."""

    parts: ClassVar[Mapping[str, Sequence[str]]] = {
        "lsync.cli.queue_counting": ("stats", "errors"),
        "lsync.cli.queue_looking": ("list", "show"),
        "lsync.cli.queue_changing": ("retry", "cancel", "discard", "edit"),
        "lsync.cli.queue_deleting": ("clear", "prune"),
        "lsync.cli.queue_running": ("pause", "resume", "recover", "work"),
    }


app = group(
    "Jobs: list, show, retry, cancel, pause.",
    "lsync queue stats",
    "lsync queue list failed",
    "lsync queue retry 17",
    cls=Queue,
)
