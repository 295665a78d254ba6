"""Routes that ask Lightspeed directly."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.routing import Route

from lsync.core.control import messages as m
from lsync.daemon.application import Application
from lsync.daemon.operations import lightspeed, login, probing, trying
from lsync.daemon.routes import shop
from lsync.daemon.routes.answers import changing, read_body, reading


async def vend_test(request: Request, application: Application) -> m.VendTest:  # noqa: ARG001 - a handler's signature
    """Try one cheap call."""
    return await trying.vend_test(application)


async def list_subscriptions(
    request: Request,  # noqa: ARG001 - a handler's signature
    application: Application,
) -> Sequence[m.WebhookSubscription]:
    """Subscriptions as Lightspeed lists them."""
    return await lightspeed.list_subscriptions(application)


async def create_subscriptions(
    request: Request, application: Application
) -> Sequence[m.WebhookSubscription]:
    """Subscribe to webhooks."""
    wanted = await read_body(request, m.WebhookCreateRequest)
    return await lightspeed.create_subscriptions(application, wanted)


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
        reading("/v1/webhooks/subscriptions", list_subscriptions),
        changing("/v1/webhooks/subscriptions", create_subscriptions),
        *shop.routes(),
    ]
