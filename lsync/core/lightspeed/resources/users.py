"""Users."""

from collections.abc import Sequence

from lsync.core.lightspeed.batches import in_batches
from lsync.core.lightspeed.models.people import SaleTotals, User
from lsync.core.lightspeed.readers import anything, many, one
from lsync.core.lightspeed.requests import ask, read, write
from lsync.core.lightspeed.resources.resource import Collection, gather

USERS_PER_CALL = 100
"""No maximum is documented; a hundred ids make a request of 4 kB."""


class Users(Collection[User]):
    """Who works with the till."""

    kind = User
    path = "users"
    single = "the user"
    plural = "the users"

    async def list(self) -> tuple[User, ...]:
        """Every user."""
        return await gather(self.pages())

    async def me(self) -> User:
        """The user whose token this is."""
        return await self._caller.run(read("read the own user", "user"), one(User))

    async def by_ids(self, user_ids: Sequence[str]) -> tuple[User, ...]:
        """The users with these ids, in as few calls as possible; unknown ids are left out."""

        async def fetch(some: Sequence[str]) -> tuple[User, ...]:
            call = ask("read the users", self.path, "bulk", body={"user_ids": [*some]})
            return await self._caller.run(call, many(User))

        batches = in_batches(user_ids, size=USERS_PER_CALL, send=fetch)
        return tuple([user async for found in batches for user in found])

    async def sale_totals(self, user_id: str) -> tuple[SaleTotals, ...]:
        """What the user sold: today, this week, this month and so on."""
        call = read("read the sale totals", self.path, user_id, "sale_totals")
        return await self._caller.run(call, many(SaleTotals))

    async def delete(self, user_id: str) -> None:
        """Delete the user."""
        call = write("delete the user", "DELETE", self.path, user_id)
        await self._caller.run(call, anything)

    async def end_sessions(self, user_id: str) -> None:
        """Log the user out everywhere."""
        call = write("end the user's sessions", "DELETE", self.path, user_id, "sessions")
        await self._caller.run(call, anything)
