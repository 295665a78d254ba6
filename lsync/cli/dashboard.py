"""Opening the dashboard over whatever daemon answers."""

from functools import partial

from lsync.cli.connection import find, load
from lsync.cli.options import General


def open_dashboard(given: General, *, view: str = "overview", mouse: bool = True) -> int:
    """Run the dashboard until the person leaves; the exit code.

    It starts without a daemon too and connects as soon as one answers.

    Raises:
        SettingsError: a setting is wrong.
    """
    from lsync.tui.app import run

    settings = load(given)
    return run(partial(find, settings), start=view, mouse=mouse, zone=settings.display.zone)
