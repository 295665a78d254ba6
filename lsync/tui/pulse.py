"""Gathers changes so that they are shown together: a few times a second, less on a slow line.

On a line that has not taken yet what was shown before, nothing more is drawn until it has: the
rate follows the line.
"""

from collections.abc import Callable

from lsync.tui.model import Touch

GATHER_SECONDS = 0.1
"""After a rest, what comes at once with the first change is shown together with it."""

Later = Callable[[float, Callable[[], None]], object]
"""Calls something after so many seconds."""


class Pulse:
    """Calls ``show`` with everything that was touched since the last time."""

    def __init__(
        self,
        show: Callable[[frozenset[Touch]], None],
        *,
        later: Later,
        seconds: float,
        congested: Callable[[], bool] = lambda: False,
    ) -> None:
        """``seconds`` is the shortest time between two calls; none is made while ``congested``."""
        self._show = show
        self._later = later
        self._seconds = seconds
        self._congested = congested
        self._touched: frozenset[Touch] = frozenset()
        self._waits = False

    def touch(self, touched: frozenset[Touch]) -> None:
        """Have ``touched`` shown: almost at once after a rest, else with the next pulse."""
        self._touched |= touched
        if not self._waits:
            self._waits = True
            self._later(min(GATHER_SECONDS, self._seconds), self._beat)

    def _beat(self) -> None:
        if self._congested():
            self._later(self._seconds, self._beat)
            return
        touched, self._touched = self._touched, frozenset()
        self._waits = bool(touched)
        if touched:
            self._later(self._seconds, self._beat)
            self._show(touched)
