"""Routes that ask Lightspeed directly."""

from starlette.requests import Request
from starlette.routing import Route

from lsync.core.control import messages as m
from lsync.daemon.application import Application
from lsync.daemon.operations import login, probing, trying
from lsync.daemon.routes import shop
from lsync.daemon.routes.answers import changing, read_body


async def vend_test(request: Request, application: Application) -> m.VendTest:  # noqa: ARG001 - a handler's signature
    """Try one cheap call."""
    return await trying.vend_test(application)


async def vend_probe(request: Request, application: Application) -> m.VendProbe:  # noqa: ARG001 - a handler's signature
    """Probe the account with a disposable consignment."""
    return await probing.probe_account(application)


async def vend_authorization(request: Request, application: Application) -> m.Authorization:
    """Where to grant access."""
    wanted = await read_body(request, m.AuthorizationRequest)
    return await login.authorization(application, wanted)


async def vend_login(request: Request, application: Application) -> m.VendLogin:
    """Turn a code into tokens."""
    return await login.log_in(application, await read_body(request, m.LoginRequest))


def routes() -> list[Route]:
    """This family's routes."""
    return [
        changing("/v1/vend/test", vend_test),
        changing("/v1/vend/probe", vend_probe),
        changing("/v1/vend/authorization", vend_authorization),
        changing("/v1/vend/login", vend_login),
        *shop.routes(),
    ]
