"""The footer's line of keys. One widget and one line: a widget per key costs more than a table."""

from textual import events

from lsync.tui.view.footer import FooterKey, footer_line, key_at
from lsync.tui.widgets.lines import Lines


class KeyLine(Lines, inherit_bindings=False):
    """Shows the keys that work now; a click on one presses it."""

    _keys: tuple[FooterKey, ...] = ()

    def on_mount(self) -> None:
        """Follow what the focused pane and the link allow."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.show_keys())
        self.show_keys()

    def show_keys(self) -> None:
        """Show the keys of the focused pane."""
        active = self.screen.active_bindings.values()
        keys = [each for each in active if each.binding.show and each.enabled]
        self._keys = tuple(
            FooterKey(
                key=each.binding.key,
                shown=self.app.get_key_display(each.binding),
                words=each.binding.description,
            )
            for each in keys
        )
        self.show_drawn(lambda width, _height: [footer_line(self._keys, width=width)])

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        event.stop()
        key = key_at(self._keys, event.x, width=self.size.width)
        if key is not None:
            self.app.simulate_key(key)
