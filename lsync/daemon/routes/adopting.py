"""The route of taking over an older integration's links."""

from starlette.requests import Request
from starlette.routing import Route

from lsync.core.control import messages as m
from lsync.daemon.application import Application
from lsync.daemon.operations import adopting
from lsync.daemon.routes.answers import changing, read_body
from lsync.daemon.routes.deeds import who


async def adopt(request: Request, application: Application) -> m.AdoptReport:
    """Check or take over."""
    wanted = await read_body(request, m.AdoptRequest)
    return await adopting.take_over(application, wanted, by=who(request))


def routes() -> list[Route]:
    """This family's routes."""
    return [changing("/v1/adopt", adopt)]
