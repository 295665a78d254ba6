"""The imports that run: how far each is, and their end when the daemon ends."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lsync.core.control.messages import ImportProgress

Tell = Callable[[int, int], None]


class RunningImports:
    """Of one application."""

    def __init__(self) -> None:
        """None runs yet."""
        self._watched: dict[str, ImportProgress] = {}
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.stopping = False
        """Whether those that run are to end between two orders, and new ones not to begin."""

    @contextmanager
    def one(self, *, watch: str | None) -> Iterator[Tell]:
        """Run one; ``watch`` is the name under which somebody asks how far it is."""
        self._running += 1
        self._idle.clear()

        def tell(done: int, total: int) -> None:
            if watch is not None:
                self._watched[watch] = ImportProgress(done=done, total=total)

        try:
            yield tell
        finally:
            self._watched.pop(watch or "", None)
            self._running -= 1
            if not self._running:
                self._idle.set()

    def progress(self, watch: str) -> ImportProgress:
        """How far the one of that name is; nothing is known of one that does not run."""
        return self._watched.get(watch, ImportProgress())

    async def ended(self) -> None:
        """Return when none runs."""
        await self._idle.wait()
