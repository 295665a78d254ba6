"""How the app looks: themes, dark and light and of few colours, parsed no oftener than needed.

What the app does is ``app``'s.
"""

from lsync.tui.leaving import LeavingApp

DARK, LIGHT = "textual-dark", "textual-light"
FEW_DARK, FEW_LIGHT = "ansi-dark", "ansi-light"
"""The last two take the terminal's own sixteen colours."""


class StyledApp(LeavingApp):
    """An app with a theme that can be turned."""

    def __init__(self, *, few_colours: bool, theme: str | None) -> None:
        """``theme`` is the one kept from the last run, if any."""
        super().__init__(ansi_color=few_colours or None)
        self._few_colours = few_colours
        self._parsed_with = self.get_css_variables()
        self.theme = self._fitting(theme)
        self.animation_level = "none"

    def _fitting(self, theme: str | None) -> str:
        light = theme is not None and theme in self.available_themes and not self._is_dark(theme)
        if self._few_colours:
            return FEW_LIGHT if light else FEW_DARK
        known = theme is not None and theme in self.available_themes
        return theme if known and theme else DARK

    def _is_dark(self, theme: str) -> bool:
        found = self.get_theme(theme)
        return found is None or found.dark

    def action_turn_theme(self) -> None:
        """Turn from dark to light or back."""
        dark, light = (FEW_DARK, FEW_LIGHT) if self._few_colours else (DARK, LIGHT)
        self.theme = light if self._is_dark(self.theme) else dark

    def refresh_css(self, animate: bool = True) -> None:
        """Parse the styles anew if their colours have changed; else only apply them.

        Textual parses all of them whenever a tab is opened for the first time.
        """
        variables = self.get_css_variables()
        if variables != self._parsed_with:
            self._parsed_with = variables
            super().refresh_css(animate=animate)
            return
        for screen in self.screen_stack:
            if screen._css_update_count != self._css_update_count:  # noqa: SLF001 - as in Textual's own
                screen._css_update_count = self._css_update_count  # noqa: SLF001 - as in Textual's own
                self.stylesheet.update(screen, animate=animate)
