"""One validated settings model, and where each of its values came from.

Values kept in the database arrive as an argument: nothing here opens one.
"""

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
from lsync.core.settings.paths import find_config_file, socket_candidates, user_config_file
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
    "socket_candidates",
    "user_config_file",
]
