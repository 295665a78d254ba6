"""Routes about the whole: who answers, how it stands, its settings."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.routing import Route

from lsync.core.control import messages as m
from lsync.daemon.application import Application
from lsync.daemon.operations import overview
from lsync.daemon.operations import settings as changing_settings
from lsync.daemon.routes.answers import changing, read_body, reading
from lsync.daemon.routes.deeds import who


async def hello(request: Request, application: Application) -> m.Hello:
    """Who answers; works without a database."""
    return application.hello().model_copy(update={"read_only": request.app.state.read_only})


async def status(request: Request, application: Application) -> m.StatusMessage:  # noqa: ARG001 - a handler's signature
    """Everything the overview shows."""
    return await overview.status(application)


async def stats(request: Request, application: Application) -> m.QueueStats:  # noqa: ARG001 - a handler's signature
    """Counts and durations of the queue."""
    return await overview.queue_stats(application)


async def settings(
    request: Request,  # noqa: ARG001 - a handler's signature
    application: Application,
) -> Sequence[m.SettingMessage]:
    """Every setting with its source."""
    return overview.settings(application)


async def change_setting(request: Request, application: Application) -> m.SettingChanged:
    """Keep a setting in the database, or forget the kept one."""
    wanted = await read_body(request, m.SettingChange)
    return await changing_settings.change(application, wanted, by=who(request))


def routes() -> list[Route]:
    """This family's routes."""
    return [
        reading("/v1/hello", hello),
        reading("/v1/status", status),
        reading("/v1/stats", stats),
        reading("/v1/settings", settings),
        changing("/v1/settings", change_setting),
    ]
