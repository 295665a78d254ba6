"""Getting hold of the database: migrates, opens, and keeps trying while it is down."""

import asyncio
from collections.abc import Callable

import structlog

from lsync import __version__
from lsync.core.settings import Settings, SettingsError
from lsync.core.store import migrate
from lsync.core.store.errors import (
    DatabaseUnavailable,
    StoreError,
    UpgradeRefused,
)
from lsync.core.store.source_tables import SourceMismatch
from lsync.daemon.application import Application, Reload
from lsync.daemon.loops.keeping import REST_SECONDS, pause
from lsync.daemon.refusals import EXIT_CONFIG, EXIT_RETRY, StartRefusedError

log = structlog.get_logger(__name__)


async def open_database(
    application: Application,
    *,
    reload: Reload,
    stop: asyncio.Event,
    tell: Callable[[str], None],
) -> bool:
    """Migrate and open; return False if ``stop`` was set before it worked.

    ``tell`` gets one line for the service manager at each try that fails.

    Raises:
        StartRefusedError: waiting would not help: wrong settings, a foreign table, a newer
            schema, or an older daemon that still runs.
    """
    failures = 0
    while not stop.is_set():
        try:
            await _try(application, reload=reload)
        except DatabaseUnavailable as outage:
            application.failure = outage
            rest = REST_SECONDS[min(failures, len(REST_SECONDS) - 1)]
            failures += 1
            log.warning("the database cannot be used", reason=str(outage), retry_seconds=rest)
            tell(f"Waiting for the database: {outage.what}")
            await pause(rest, stop=stop)
        except StoreError as refusal:
            raise _refused(refusal) from refusal
        except SettingsError as wrong:
            raise wrong_settings(wrong) from wrong
        else:
            return True
    return False


def check_engine(application: Application) -> None:
    """Put together what jobs work with.

    Raises:
        StartRefusedError: a library that the settings need is missing.
    """
    try:
        _ = application.engine
    except StoreError as unusable:
        raise _refused(unusable) from unusable


async def check_source(application: Application) -> None:
    """Try the tables named in ``[source]``; a server that does not answer is tried again later.

    Raises:
        StartRefusedError: a table, column or right is missing.
    """
    if application.source is None:
        return
    try:
        await application.source.check()
    except SourceMismatch as mismatch:
        raise _refused(mismatch) from mismatch
    except StoreError as trouble:
        log.warning("the back office's orders cannot be read yet", reason=str(trouble))


def wrong_settings(wrong: SettingsError) -> StartRefusedError:
    """Exit code 78 with every wrong setting."""
    return StartRefusedError(
        "The settings cannot be used.",
        why=" ".join(str(problem) for problem in wrong.problems),
        next_step="Correct them in the place named, then start the daemon again.",
        exit_code=EXIT_CONFIG,
    )


async def _try(application: Application, *, reload: Reload) -> None:
    if not application.read_only:
        await asyncio.to_thread(_migrate, application.settings)
    await application.open(reload=reload)


def _migrate(settings: Settings) -> None:
    migrate.upgrade(
        settings.database_url,
        settings.database.table_prefix,
        version=__version__,
        on_revision=lambda revision: log.info("migrating the database", revision=revision),
    )


def _refused(refusal: StoreError) -> StartRefusedError:
    later = isinstance(refusal, UpgradeRefused)
    return StartRefusedError(
        refusal.what,
        why=refusal.why,
        next_step=refusal.next_step,
        exit_code=EXIT_RETRY if later else EXIT_CONFIG,
    )
