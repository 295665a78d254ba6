"""Access tokens: who may call, with which scopes, until when; and their rotating refresh.

Sources: the published refresh-token flow (a refresh revokes the old pair whole; codes live ten
minutes and are good once). Knows nothing of HTTP.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from lsync.simulator.ids import IdSource
from lsync.simulator.refusal import Refusal

TOKEN_LIFE: Final = timedelta(seconds=86_400)
CODE_LIFE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token allows. `scopes` None means every scope, `expires_at` None for ever."""

    token: str
    scopes: frozenset[str] | None = None
    expires_at: datetime | None = None
    refresh_token: str | None = None

    def allows(self, scope: str) -> bool:
        """Whether the scope was granted."""
        return self.scopes is None or scope in self.scopes


EVERYTHING: Final = Grant(token="")


class GrantRefusedError(Exception):
    """A code or refresh token that is wrong, used or expired."""


class Tokens:
    """The tokens that are accepted at this moment."""

    def __init__(self, *, personal: str, ids: IdSource) -> None:
        self._ids = ids
        self._grants = {personal: Grant(token=personal)}
        self._by_refresh: dict[str, Grant] = {}
        self._codes: dict[str, tuple[datetime, frozenset[str]]] = {}

    def grant_of(self, authorization: str | None, *, now: datetime) -> Grant:
        """The grant behind an `Authorization` header; refuses with 401."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Refusal(401, "no bearer token was sent")
        grant = self._grants.get(token.strip())
        if grant is None:
            raise Refusal(401, "the access token is wrong or revoked")
        if grant.expires_at is not None and grant.expires_at <= now:
            raise Refusal(401, "the access token has expired")
        return grant

    def issue(
        self, *, scopes: frozenset[str] | None, now: datetime, life: timedelta = TOKEN_LIFE
    ) -> Grant:
        """A new pair of access and refresh token."""
        grant = Grant(
            token=self._ids.new("access_token"),
            scopes=scopes,
            expires_at=now + life,
            refresh_token=self._ids.new("refresh_token"),
        )
        self._grants[grant.token] = grant
        self._by_refresh[str(grant.refresh_token)] = grant
        return grant

    def authorize(self, *, scopes: frozenset[str], now: datetime) -> str:
        """A code that can be exchanged once within ten minutes."""
        code = self._ids.new("code")
        self._codes[code] = (now + CODE_LIFE, scopes)
        return code

    def exchange(self, code: str, *, now: datetime) -> Grant:
        """Tokens for a code; raises GrantRefusedError."""
        expires_at, scopes = self._codes.pop(code, (now, frozenset()))
        if expires_at <= now:
            raise GrantRefusedError("the code is wrong, used or expired")
        return self.issue(scopes=scopes, now=now)

    def refresh(self, refresh_token: str, *, now: datetime) -> Grant:
        """A new pair; the old refresh token and its access token are revoked at once."""
        old = self._by_refresh.pop(refresh_token, None)
        if old is None:
            raise GrantRefusedError("the refresh token is wrong or revoked")
        self._grants.pop(old.token, None)
        return self.issue(scopes=old.scopes, now=now)

    def revoke(self, token: str) -> None:
        """Revoke an access token, and its refresh token with it; unknown ones are ignored."""
        grant = self._grants.pop(token, None)
        if grant is not None and grant.refresh_token is not None:
            self._by_refresh.pop(grant.refresh_token, None)

    def restrict(self, token: str, *, scopes: frozenset[str] | None) -> None:
        """Change the scopes of a token that is accepted; raises KeyError for another."""
        self._grants[token] = replace(self._grants[token], scopes=scopes)
