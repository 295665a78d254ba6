"""Running the daemon's tasks together: the first that dies takes the daemon down, loudly."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

import structlog

DRAIN_SECONDS = 20.0

log = structlog.get_logger(__name__)


class Supervisor:
    """Owns background tasks that end by themselves once ``drain`` is set."""

    def __init__(self, *, drain: asyncio.Event, now: asyncio.Event) -> None:
        """``drain`` asks the tasks to finish, ``now`` gives them up."""
        self._drain = drain
        self._now = now
        self._tasks: set[asyncio.Task[object]] = set()
        self.failed = False
        """Whether a task died of an error."""

    def start(self, tasks: Mapping[str, Coroutine[object, object, object]]) -> None:
        """Start tasks, by the name that the log calls them."""
        for name, work in tasks.items():
            task = asyncio.create_task(work, name=name)
            task.add_done_callback(self._ended)
            self._tasks.add(task)

    async def wait(self, *, drain_seconds: float = DRAIN_SECONDS) -> None:
        """Return when the daemon was asked to stop and every task has ended or was given up."""
        await self._drain.wait()
        running = {task for task in self._tasks if not task.done()}
        if running:
            giving_up: asyncio.Future[Any] = asyncio.create_task(self._now.wait())
            ended: asyncio.Future[Any] = asyncio.gather(*running, return_exceptions=True)
            await asyncio.wait(
                {giving_up, ended}, timeout=drain_seconds, return_when=asyncio.FIRST_COMPLETED
            )
            giving_up.cancel()
        await self._give_up()

    async def _give_up(self) -> None:
        late = [task for task in self._tasks if not task.done()]
        if late:
            log.warning("giving up on what still runs", tasks=[task.get_name() for task in late])
        for task in late:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[object]) -> None:
        if task.cancelled() or (failure := task.exception()) is None:
            return
        self.failed = True
        log.critical("a part of the daemon died", part=task.get_name(), exc_info=failure)
        self._drain.set()
