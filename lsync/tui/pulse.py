"""Gathers changes so that they are shown together, a few times a second at most."""

from collections.abc import Callable

from lsync.tui.model import Touch

Later = Callable[[float, Callable[[], None]], object]
"""Calls something after so many seconds."""


class Pulse:
    """Calls ``show`` with everything that was touched since the last time."""

    def __init__(
        self, show: Callable[[frozenset[Touch]], None], *, later: Later, seconds: float
    ) -> None:
        """``seconds`` is the shortest time between two calls."""
        self._show = show
        self._later = later
        self._seconds = seconds
        self._touched: frozenset[Touch] = frozenset()
        self._waits = False

    def touch(self, touched: frozenset[Touch]) -> None:
        """Have ``touched`` shown with the next pulse."""
        self._touched |= touched
        if not self._waits:
            self._waits = True
            self._later(self._seconds, self._beat)

    def _beat(self) -> None:
        touched, self._touched, self._waits = self._touched, frozenset(), False
        self._show(touched)
