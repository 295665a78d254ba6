"""Customer groups and who is in them."""

from collections.abc import AsyncIterator, Sequence

from lsync.core.lightspeed.models.people import Customer, CustomerGroup
from lsync.core.lightspeed.paging import Page
from lsync.core.lightspeed.readers import anything, one
from lsync.core.lightspeed.requests import write
from lsync.core.lightspeed.resources.resource import Deletable, gather


class CustomerGroups(Deletable[CustomerGroup]):
    """Customers who share prices. The dated versions cannot delete a group."""

    kind = CustomerGroup
    path = "customer_groups"
    single = "the customer group"
    plural = "the customer groups"

    async def list(self) -> tuple[CustomerGroup, ...]:
        """Every group that is not deleted."""
        return await gather(self.pages())

    async def create(self, *, name: str) -> CustomerGroup:
        """Create a group."""
        call = write("create the customer group", "POST", self.path, body={"name": name})
        return await self._caller.run(call, one(CustomerGroup))

    async def rename(self, group_id: str, *, name: str) -> CustomerGroup:
        """Give the group another name."""
        call = write("rename the customer group", "PUT", self.path, group_id, body={"name": name})
        return await self._caller.run(call, one(CustomerGroup))

    def customer_pages(
        self, group_id: str, *, after: int | None = None, page_size: int | None = None
    ) -> AsyncIterator[Page[Customer]]:
        """The customers of the group by rising version."""
        doing = "list the customers of the group"
        path = (self.path, group_id, "customers")
        return self._walk(Customer, doing, *path, after=after, query={"page_size": page_size})

    async def add_customers(self, group_id: str, customer_ids: Sequence[str]) -> None:
        """Put customers into the group."""
        body = {"customer_ids": [*customer_ids]}
        path = (self.path, group_id, "customers")
        await self._caller.run(write("add the customers", "POST", *path, body=body), anything)

    async def remove_customers(self, group_id: str, customer_ids: Sequence[str]) -> None:
        """Take customers out of the group; the customers stay."""
        body = {"customer_ids": [*customer_ids]}
        path = (self.path, group_id, "customers")
        await self._caller.run(write("remove the customers", "DELETE", *path, body=body), anything)
