"""Outlets and registers."""

from collections.abc import AsyncIterator

from lsync.core.lightspeed.models.outlets import Outlet, Register
from lsync.core.lightspeed.paging import Page
from lsync.core.lightspeed.readers import one
from lsync.core.lightspeed.requests import read
from lsync.core.lightspeed.resources.resource import Resource, gather


class Outlets(Resource):
    """The shops."""

    def pages(
        self, *, after: int | None = None, page_size: int | None = None, deleted: bool | None = None
    ) -> AsyncIterator[Page[Outlet]]:
        """Outlets by rising version; `deleted` includes deleted ones."""
        query = {"page_size": page_size, "deleted": deleted}
        return self._pages(Outlet, "list the outlets", "outlets", after=after, query=query)

    async def list(self) -> tuple[Outlet, ...]:
        """Every outlet that is not deleted."""
        return await gather(self.pages())

    async def get(self, outlet_id: str) -> Outlet:
        """One outlet; NotFound if there is none."""
        return await self._caller.run(read("read the outlet", "outlets", outlet_id), one(Outlet))


class Registers(Resource):
    """The tills."""

    def pages(
        self, *, after: int | None = None, page_size: int | None = None, deleted: bool | None = None
    ) -> AsyncIterator[Page[Register]]:
        """Registers by rising version; `deleted` includes deleted ones."""
        query = {"page_size": page_size, "deleted": deleted}
        return self._pages(Register, "list the registers", "registers", after=after, query=query)

    async def list(self) -> tuple[Register, ...]:
        """Every register that is not deleted; their number sets the budget."""
        return await gather(self.pages())

    async def get(self, register_id: str) -> Register:
        """One register; NotFound if there is none."""
        call = read("read the register", "registers", register_id)
        return await self._caller.run(call, one(Register))
