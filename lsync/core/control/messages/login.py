"""Logging in to a shop by OAuth. No token ever travels in these messages."""

from datetime import datetime

from pydantic import Field

from lsync.core.control.messages.base import Message


class AuthorizationRequest(Message):
    """``POST /v1/vend/authorization``. ``state`` is random and checked when it comes back."""

    redirect_uri: str = Field(min_length=1)
    state: str = Field(min_length=8)


class Authorization(Message):
    """Where a person grants access."""

    url: str


class LoginRequest(Message):
    """``POST /v1/vend/login``: the code that came back, and the shop that gave it."""

    code: str = Field(min_length=1, repr=False)
    redirect_uri: str = Field(min_length=1)
    domain_prefix: str | None = None


class VendLogin(Message):
    """What was granted. ``used`` is False while a personal token is set, which wins."""

    domain_prefix: str | None = None
    expires_at: datetime
    renews: bool
    missing_scopes: tuple[str, ...] = ()
    used: bool
    key_file: str
