"""The line in which a filter is typed."""

from collections.abc import Callable

from textual.widgets import Input


class FilterInput(Input):
    """Calls ``keep`` on Enter at once: a message would come after the keys typed next."""

    def __init__(self, keep: Callable[[], None], *, placeholder: str) -> None:
        """``placeholder`` shows while nothing is typed."""
        super().__init__(id="filter", placeholder=placeholder)
        self._keep = keep

    async def action_submit(self) -> None:
        """Keep the filter and give the keys back to the list."""
        self._keep()
