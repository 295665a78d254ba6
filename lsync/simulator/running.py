"""A simulator inside the present event loop, for tests and the demo."""

import asyncio
from dataclasses import replace
from types import TracebackType
from typing import Final, Self

from lsync.simulator.config import SimulatorConfig
from lsync.simulator.server import BoundSimulator
from lsync.simulator.world import World

API_VERSION: Final = "2026-07"
_PAUSE_SECONDS: Final = 0.005


class RunningSimulator:
    """`async with RunningSimulator(config) as simulator:` on a free port unless one is given.

    `base_url` is the API's (`http://127.0.0.1:PORT/api/2026-07`), `control_url` the control
    side's (`…/_sim`), `world` the state behind both.
    """

    def __init__(self, config: SimulatorConfig | None = None, *, port: int = 0) -> None:
        self._simulator = BoundSimulator(replace(config or SimulatorConfig(), port=port))
        self._task: asyncio.Task[None] | None = None
        self.world: World = self._simulator.world
        self.url = self._simulator.url
        self.base_url = f"{self.url}/api/{API_VERSION}"
        self.control_url = f"{self.url}/_sim"

    async def __aenter__(self) -> Self:
        """Start answering."""
        self._task = asyncio.create_task(self._simulator.serve())
        while not self._simulator.started:
            if self._task.done():
                await self._task
                raise RuntimeError("the simulator stopped before it started")
            await asyncio.sleep(_PAUSE_SECONDS)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop and free the port."""
        self._simulator.stop()
        if self._task is not None:
            await self._task
