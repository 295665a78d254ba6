"""The daemon's entrance: settings, logs, event loop, exit code."""

import asyncio
import os
import sys

from lsync.core.settings import Settings, SettingsError
from lsync.daemon.application import Reload
from lsync.daemon.collector import collect_rarely
from lsync.daemon.composition import Daemon
from lsync.daemon.logs import set_up_logs_for
from lsync.daemon.loops.opening import wrong_settings
from lsync.daemon.refusals import StartRefusedError, told


def run_daemon(reload: Reload, *, read_only: bool = False, public: bool = True) -> int:
    """Run until asked to stop; return the process's exit code.

    ``reload`` loads the settings, given the values stored in the database (at first none).
    Without ``public`` there is no port for webhooks.
    0: stopped as asked; 1: a part of it died; 75: trying again may help; 78: the
    configuration must change.
    """
    collect_rarely()
    try:
        settings = _load(reload)
        set_up_logs_for(settings)
        daemon = Daemon(
            settings, reload=reload, environ=os.environ, read_only=read_only, public=public
        )
        return asyncio.run(daemon.run())
    except StartRefusedError as refused:
        print(told(refused.message), file=sys.stderr)  # noqa: T201 - for the person who started it
        return refused.message.exit_code


def _load(reload: Reload) -> Settings:
    try:
        return reload({})
    except SettingsError as wrong:
        raise wrong_settings(wrong) from wrong
