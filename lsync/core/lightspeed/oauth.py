"""The OAuth authorization-code grant: addresses, forms and answers. Pure; see `oauth_token`.

A code lasts ten minutes and works once. Refreshing rotates: the old refresh token dies, and the
access token issued with it too (changelog 2025-03-refresh-token-flow-update). `expires_in` is
trusted, because the documents disagree on how long a token lives.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lsync.core.lightspeed.models.entity import Entity
from lsync.core.lightspeed.readers import model
from lsync.core.lightspeed.requests import FORM_TYPE, Call
from lsync.core.lightspeed.wire import Json

AUTHORIZE_URL = "https://secure.retail.lightspeed.app/connect"
TOKEN_VERSION = "1.0"  # noqa: S105  an API version
SHORTEST_STATE = 8
EARLY = timedelta(seconds=60)
"""A token is renewed this long before it expires, so that no call sets out with a dying one."""

SCOPES = (
    "consignments:read",
    "consignments:write:stock_order",
    "inventory:read",
    "inventory:write",
    "products:read",
    "products:write",
    "products:read:costs",
    "suppliers:read",
    "suppliers:write",
    "outlets:read",
    "webhooks",
)
"""What keeping purchase orders in step needs."""


class CallbackError(ValueError):
    """What came back from the authorization page is not an authorization."""


class Tokens(BaseModel):
    """A pair of tokens as it is stored. `uncertain`: the answer to a refresh is not known."""

    model_config = ConfigDict(frozen=True)

    access_token: str = Field(min_length=1, repr=False)
    refresh_token: str | None = Field(default=None, repr=False)
    expires_at: datetime
    domain_prefix: str | None = None
    scope: str | None = None
    uncertain: bool = False

    def text(self) -> str:
        """The text that a vault keeps. It holds secrets."""
        return self.model_dump_json()

    @classmethod
    def from_text(cls, text: str) -> Self:
        """What `text` wrote; ValueError for anything else."""
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            raise ValueError("the stored tokens cannot be read") from None

    def good_at(self, now: datetime) -> bool:
        """Whether the access token can still be sent."""
        return now < self.expires_at - EARLY


class Callback(BaseModel):
    """An authorization: the code to exchange, and the shop that gave it."""

    model_config = ConfigDict(frozen=True)

    code: str = Field(repr=False)
    domain_prefix: str | None = None


def authorize_url(
    *, client_id: str, redirect_uri: str, state: str, scopes: Sequence[str] = SCOPES
) -> str:
    """Where a person grants access. `state` is random, at least 8 characters, and comes back."""
    if len(state) < SHORTEST_STATE:
        raise ValueError(f"the state needs at least {SHORTEST_STATE} characters")
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "state": state,
        "scope": " ".join(scopes),
    }
    return f"{AUTHORIZE_URL}?{urlencode(query)}"


def read_callback(text: str, *, state: str) -> Callback:
    """The code from the address that the browser was sent to, or from a pasted code.

    CallbackError if access was denied or the state is another one: then it answers somebody
    else's request. A bare code has no state to check; it was pasted by the person who asked.
    """
    text = text.strip()
    if text and "=" not in text and "/" not in text:
        return Callback(code=text)
    fields = {name: values[-1] for name, values in parse_qs(_query(text)).items()}
    if "error" in fields:
        raise CallbackError("access was denied on the authorization page")
    if not hmac.compare_digest(fields.get("state", "").encode(), state.encode()):
        raise CallbackError("the state does not match: start the login again")
    if "code" not in fields:
        raise CallbackError("there is no code in this address")
    return Callback(code=fields["code"], domain_prefix=fields.get("domain_prefix"))


def exchange_call(code: str, *, client_id: str, client_secret: str, redirect_uri: str) -> Call:
    """Turns a code into tokens."""
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    return _token_call("exchange the code", fields, client_id, client_secret)


def refresh_call(refresh_token: str, *, client_id: str, client_secret: str) -> Call:
    """Turns a refresh token into a new pair and uses it up."""
    fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _token_call("refresh the token", fields, client_id, client_secret)


def read_tokens(value: Json, *, now: datetime, before: Tokens | None = None) -> Tokens:
    """The tokens of an answer; Malformed if there are none. An omitted refresh token stays."""
    read = model(_TokenAnswer, value, path="token")
    return Tokens(
        access_token=read.access_token,
        refresh_token=read.refresh_token or (before.refresh_token if before else None),
        expires_at=now + timedelta(seconds=read.expires_in),
        domain_prefix=read.domain_prefix or (before.domain_prefix if before else None),
        scope=read.scope or (before.scope if before else None),
    )


class _TokenAnswer(Entity):
    access_token: str = Field(strict=True, min_length=1, pattern=r"^[\x21-\x7e]+$", repr=False)
    refresh_token: str | None = Field(default=None, repr=False)
    expires_in: int = Field(ge=1, le=10 * 365 * 86400)
    domain_prefix: str | None = None
    scope: str | None = None


def _token_call(doing: str, fields: dict[str, str], client_id: str, client_secret: str) -> Call:
    given = {**fields, "client_id": client_id, "client_secret": client_secret}
    return Call(
        doing=doing,
        method="POST",
        path="/token",
        writes=True,
        body=urlencode(given).encode("ascii"),
        content_type=FORM_TYPE,
        version=TOKEN_VERSION,
        confidential=True,
    )


def _query(text: str) -> str:
    try:
        return urlsplit(text).query or text.partition("?")[2] or text
    except ValueError:
        raise CallbackError("this is neither an address nor a code") from None
