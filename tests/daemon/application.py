"""An ``Application`` over a test's database, without a daemon."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from lsync.core.settings import Settings, load_settings
from lsync.daemon.application import Application


@contextlib.asynccontextmanager
async def opened(database_url: str, directory: Path, **flags: Any) -> AsyncIterator[Application]:
    """Open it with settings of its own; ``flags`` name keys with two underscores for the dot."""
    chosen = {name.replace("__", ".", 1): value for name, value in flags.items()}

    def reload(stored: dict[str, str]) -> Settings:
        return load_settings(
            stored=stored,
            environment={},
            directory=directory,
            flags={
                "database.url": database_url,
                "lightspeed.api_token": "canary-token",
                "lightspeed.webhook_secret": "test-secret",
                **chosen,
            },
        )

    application = Application(settings=reload({}), boot="boot", mode="in_process")
    await application.open(reload=reload)
    try:
        yield application
    finally:
        await application.aclose()
