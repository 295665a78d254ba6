"""The token source of a shop that somebody logged in to, with its vault."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from lsync.core.lightspeed import OAuthToken
from lsync.core.lightspeed.exchange import ExchangeHook
from lsync.core.settings import Settings
from lsync.core.store.database import Database
from lsync.core.store.token_vault import DatabaseVault

KEY_FILE = "oauth.key"


def key_file(settings: Settings) -> Path:
    """Where the key of the vault is."""
    return settings.daemon.state_dir / KEY_FILE


def has_application(settings: Settings) -> bool:
    """Whether an OAuth application is configured that somebody could have logged in with."""
    account = settings.lightspeed
    return account.client_id is not None and account.client_secret is not None


def login_token(
    settings: Settings,
    database: Database,
    *,
    on_exchange: ExchangeHook,
    clock: Callable[[], datetime],
) -> OAuthToken | None:
    """The token of the configured application; None if none is configured."""
    account = settings.lightspeed
    if account.client_id is None or account.client_secret is None:
        return None
    return OAuthToken(
        base_url=settings.api_url(),
        client_id=account.client_id,
        client_secret=account.client_secret.get_secret_value(),
        vault=DatabaseVault(database, key_file=key_file(settings)),
        on_exchange=on_exchange,
        clock=clock,
    )
