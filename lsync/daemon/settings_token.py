"""The personal token of the settings, taken up anew when Lightspeed refuses it."""

from collections.abc import Awaitable, Callable

from lsync.core.lightspeed import StaticToken
from lsync.core.settings import SettingsError
from lsync.core.store.errors import StoreError


class SettingsToken:
    """Gives the token; after a 401 it looks whether another one was set meanwhile.

    So a token that is put right with ``config set`` needs no restart, in no daemon.
    """

    def __init__(self, token: str, *, current: Callable[[], Awaitable[str | None]]) -> None:
        """``current`` reads the token that the settings hold now, or None."""
        self._token = StaticToken(token)
        self._current = current

    async def bearer(self) -> str:
        """The token."""
        return await self._token.bearer()

    async def rejected(self, bearer: str) -> None:
        """Look for another one, unless a call beside this one has found it already."""
        if await self._token.bearer() != bearer:
            return
        try:
            found = await self._current()
        except (StoreError, SettingsError):
            return  # whoever set it is told so; until then the old one is all there is
        if found:
            self._token = StaticToken(found)
