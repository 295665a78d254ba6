"""The control application in this process, over the configured database, without a daemon."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx

from lsync.core.control.client import ControlClient
from lsync.core.settings import Settings
from lsync.core.store.errors import StoreError
from lsync.daemon.application import Application
from lsync.daemon.control_app import create_control_app
from lsync.daemon.logs import set_up_logs

BOOT = "in-process"


@asynccontextmanager
async def open_application(
    settings: Settings,
    *,
    reload: Callable[[dict[str, str]], Settings],
    verbose: bool,
    note: Callable[[str], None],
    database_needed: bool = True,
) -> AsyncIterator[ControlClient]:
    """A client of the same routes as the daemon's, over the database itself.

    ``reload`` loads the settings anew with the values kept in the database; with ``verbose``
    mistakes are logged to stderr with their traceback. ``note`` is told which database is used,
    or, unless it is needed, why none is.

    Raises:
        StoreError: the database cannot be used; nothing is created or migrated here.
        SettingsError: a value kept in the database breaks its rule.
    """
    set_up_logs(level="error" if verbose else "critical", shape="console")
    application = Application(settings=settings, boot=BOOT, mode="in_process")
    try:
        await application.open(reload=reload)
    except StoreError as error:
        if database_needed:
            raise
        note(f"Using the settings of this shell only; nothing is recorded. {error.what}")
    else:
        note(f"Using {application.database.shown} directly.")
    try:
        transport = httpx.ASGITransport(create_control_app(application), raise_app_exceptions=False)
        async with ControlClient(transport, address="this process") as client:
            yield client
    finally:
        await application.aclose()
