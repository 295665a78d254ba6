"""The command palette: every key that works now, and every tab, found by what it does."""

from collections.abc import Callable, Iterator

from textual.command import DiscoveryHit, Hit, Hits, Provider

from lsync.tui.screens.base import Pane
from lsync.tui.view.frame import TABS

Command = tuple[str, str, Callable[[], object]]
"""What it does, its key, and how it is run."""


class DashboardCommands(Provider):
    """Offers what the screen under the palette can do."""

    async def discover(self) -> Hits:
        """Everything, while nothing has been typed."""
        for words, keys, run in self._commands():
            yield DiscoveryHit(words, run, help=keys)

    async def search(self, query: str) -> Hits:
        """What matches the letters typed."""
        matcher = self.matcher(query)
        for words, keys, run in self._commands():
            score = matcher.match(words)
            if score > 0:
                yield Hit(score, matcher.highlight(words), run, help=keys)

    def _commands(self) -> Iterator[Command]:
        seen: set[str] = set()
        keys = self.screen.keys_now() if isinstance(self.screen, Pane) else []
        for active in keys:
            binding = active.binding
            if not active.enabled:
                continue
            if binding.description not in seen:
                seen.add(binding.description)
                yield (
                    binding.description,
                    self.app.get_key_display(binding),
                    self._press(binding.key),
                )
        for key, mode, title in TABS:
            yield f"Go to {title}", key, self._call(f"app.tab('{mode}')")
        yield "Turn the theme: dark or light", "", self._call("app.turn_theme")

    def _press(self, key: str) -> Callable[[], object]:
        """Press the key once the palette has gone, so that it reaches the pane below."""
        return lambda: self.app.call_later(self.app.simulate_key, key)

    def _call(self, action: str) -> Callable[[], object]:
        return lambda: self.app.call_later(self.app.run_action, action)
