"""The daemon's entrance: settings, logs, event loop, exit code."""

import asyncio
import os
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import SecretStr

from lsync.core.settings import KEYS, Settings, SettingsError
from lsync.daemon.application import Reload
from lsync.daemon.composition import Daemon
from lsync.daemon.logs import set_up_logs
from lsync.daemon.loops.opening import wrong_settings
from lsync.daemon.refusals import StartRefusedError


def run_daemon(reload: Reload, *, read_only: bool = False) -> int:
    """Run until asked to stop; return the process's exit code.

    ``reload`` loads the settings, given the values stored in the database (at first none).
    0: stopped as asked; 1: a part of it died; 75: trying again may help; 78: the
    configuration must change.
    """
    try:
        settings = _load(reload)
        set_up_logs(
            level=settings.log.level, shape=settings.log.format, secrets=secrets_of(settings)
        )
        daemon = Daemon(settings, reload=reload, environ=os.environ, read_only=read_only)
        return asyncio.run(daemon.run())
    except StartRefusedError as refused:
        message = refused.message
        print(message.error, message.why, message.next_step, sep="\n", file=sys.stderr)  # noqa: T201 - for the person who started it
        return message.exit_code


def secrets_of(settings: Settings) -> Iterator[str]:
    """Every value that must never be seen in a log."""
    for key in KEYS:
        value = settings.value(key)
        if isinstance(value, SecretStr):
            yield _secret_part(key, value.get_secret_value())


def _secret_part(key: str, value: str) -> str:
    """Of the database's address only the password is secret."""
    return (urlsplit(value).password or "") if key == "database.url" else value


def _load(reload: Reload) -> Settings:
    try:
        return reload({})
    except SettingsError as wrong:
        raise wrong_settings(wrong) from wrong
