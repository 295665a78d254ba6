"""The world's clock: a base clock plus what has been advanced. Never sleeps."""

from collections.abc import Callable
from datetime import datetime, timedelta


class SimulatedClock:
    """Time that flows as its base does and can be pushed forward, never back."""

    def __init__(self, base: Callable[[], datetime]) -> None:
        self._base = base
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The present moment of the world, aware UTC."""
        return self._base() + self._ahead

    def advance(self, seconds: float) -> datetime:
        """Push time forward by `seconds`; raises ValueError when negative."""
        if seconds < 0:
            raise ValueError("the clock only goes forward")
        self._ahead += timedelta(seconds=seconds)
        return self.now()
