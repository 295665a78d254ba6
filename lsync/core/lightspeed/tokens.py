"""Where the bearer token comes from. OAuth with rotation lives in `oauth`."""

from typing import Protocol


class TokenSource(Protocol):
    """Gives the bearer token of each call."""

    async def bearer(self) -> str:
        """The token to send now. May refresh; raises LightspeedError when there is none."""
        ...

    async def rejected(self, bearer: str) -> None:
        """Lightspeed answered 401 to this token: the next `bearer()` should be another one."""
        ...


class StaticToken:
    """A personal token: there is nothing else to offer once it is rejected."""

    def __init__(self, token: str) -> None:
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise ValueError("the API token is empty or holds characters no token has")
        self._token = token

    def __repr__(self) -> str:
        return "StaticToken(…)"

    async def bearer(self) -> str:
        """The token."""
        return self._token

    async def rejected(self, bearer: str) -> None:
        """Changes nothing: a personal token has no successor."""
