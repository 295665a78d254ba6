"""One validated settings model, and where each of its values came from.

Values kept in the database arrive as an argument: nothing here opens one. A name is loaded when
it is first used: building the model takes longer than most commands, which only ask the daemon.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsync.core.settings.errors import SettingProblem, SettingsError
    from lsync.core.settings.keys import KEYS, SECRET_KEYS, resolve_key
    from lsync.core.settings.loading import check_value, load_settings
    from lsync.core.settings.model import (
        DaemonSettings,
        DatabaseSettings,
        DisplaySettings,
        LightspeedSettings,
        LogSettings,
        QueueSettings,
        Settings,
        SyncSettings,
        WebhookSettings,
    )
    from lsync.core.settings.paths import find_config_file, user_config_file
    from lsync.core.settings.showing import ShownSetting, show
    from lsync.core.settings.sources import Source, SourceKind

__all__ = [
    "KEYS",
    "SECRET_KEYS",
    "DaemonSettings",
    "DatabaseSettings",
    "DisplaySettings",
    "LightspeedSettings",
    "LogSettings",
    "QueueSettings",
    "SettingProblem",
    "Settings",
    "SettingsError",
    "ShownSetting",
    "Source",
    "SourceKind",
    "SyncSettings",
    "WebhookSettings",
    "check_value",
    "find_config_file",
    "load_settings",
    "resolve_key",
    "show",
    "user_config_file",
]

MODULES = ("errors", "paths", "sources", "keys", "loading", "model", "showing")

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Load the module that holds a name of ``__all__``, and keep the name here."""
        if name in __all__:
            for module in MODULES:
                loaded = vars(import_module(f"{__name__}.{module}"))
                if name in loaded:
                    return globals().setdefault(name, loaded[name])
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
