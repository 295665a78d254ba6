"""Access tokens: who may call, and with which scopes. Knows nothing of HTTP."""

from dataclasses import dataclass

from lsync.simulator.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token allows. `scopes` None means every scope."""

    token: str
    scopes: frozenset[str] | None = None

    def allows(self, scope: str) -> bool:
        """Whether the scope was granted."""
        return self.scopes is None or scope in self.scopes


EVERYTHING = Grant(token="")


class Tokens:
    """The tokens that are accepted at this moment."""

    def __init__(self, *, personal: str) -> None:
        self._grants = {personal: Grant(token=personal)}

    def grant_of(self, authorization: str | None) -> Grant:
        """The grant behind an `Authorization` header; refuses with 401."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Refusal(401, "no bearer token was sent")
        grant = self._grants.get(token.strip())
        if grant is None:
            raise Refusal(401, "the access token is wrong, expired or revoked")
        return grant
