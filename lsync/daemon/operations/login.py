"""Logging in to the shop by OAuth: where to grant access, and what to do with the code."""

from urllib.parse import urlsplit

from lsync.core.control import messages as m
from lsync.core.control.errors import ControlError
from lsync.core.domain.sanitise import visible
from lsync.core.lightspeed import LightspeedError, OAuthToken, Tokens, authorize_url
from lsync.core.lightspeed.oauth import AUTHORIZE_URL, SCOPES
from lsync.core.settings import Settings
from lsync.daemon.application import Application
from lsync.daemon.login_token import key_file
from lsync.daemon.operations.lightspeed import lightspeed_failure
from lsync.daemon.operations.missing import bad_input

LIGHTSPEED = ".retail.lightspeed.app"


async def authorization(
    application: Application, request: m.AuthorizationRequest
) -> m.Authorization:
    """The address where a person grants access.

    Raises:
        ControlError: no application is configured.
    """
    _require_token(application)
    settings = application.settings
    url = authorize_url(
        client_id=settings.lightspeed.client_id or "",
        redirect_uri=request.redirect_uri,
        state=request.state,
    )
    return m.Authorization(url=url.replace(AUTHORIZE_URL, _page(settings.api_url()), 1))


async def log_in(application: Application, request: m.LoginRequest) -> m.VendLogin:
    """Turn the code into tokens and keep them.

    Raises:
        ControlError: no application is configured, another shop gave the code, or Lightspeed
            refuses it.
    """
    token = _require_token(application)
    settings = application.settings
    _check_shop(settings, request.domain_prefix)
    try:
        tokens = await token.login(request.code, redirect_uri=request.redirect_uri)
    except LightspeedError as failure:
        raise lightspeed_failure(failure) from failure
    return m.VendLogin(
        domain_prefix=tokens.domain_prefix,
        expires_at=tokens.expires_at,
        renews=tokens.refresh_token is not None,
        missing_scopes=_missing(tokens),
        used=settings.lightspeed.api_token is None,
        key_file=str(key_file(settings)),
    )


def _require_token(application: Application) -> OAuthToken:
    token = application.login
    if token is None:
        raise ControlError(
            m.ErrorMessage(
                error="No OAuth application is configured.",
                why="lightspeed.client_id and lightspeed.client_secret must both be set.",
                next_step="Copy them from the application in Lightspeed's developer portal.",
                exit_code=78,
            ),
            status=409,
        )
    return token


def _check_shop(settings: Settings, domain_prefix: str | None) -> None:
    wanted = settings.lightspeed.domain_prefix
    if wanted is not None and domain_prefix is not None and wanted != domain_prefix:
        raise bad_input(
            f"Access was granted by another shop, {visible(domain_prefix)}; nothing was kept.",
            why=f"lightspeed.domain_prefix is {wanted}.",
            next_step=f"Log in to {wanted} in the browser and start again.",
        )


def _page(api_url: str) -> str:
    """Where access is granted; other servers than Lightspeed's have a page of their own."""
    parts = urlsplit(api_url)
    if (parts.hostname or "").endswith(LIGHTSPEED):
        return AUTHORIZE_URL
    return f"{parts.scheme}://{parts.netloc}/connect"


def _missing(tokens: Tokens) -> tuple[str, ...]:
    granted = set((tokens.scope or "").split())
    return tuple(scope for scope in SCOPES if granted and scope not in granted)
