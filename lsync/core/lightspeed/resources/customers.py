"""Customers and their addresses."""

from lsync.core.lightspeed.models.people import Address, AddressDraft, Customer, CustomerDraft
from lsync.core.lightspeed.readers import anything, many, one
from lsync.core.lightspeed.requests import read, write
from lsync.core.lightspeed.resources.resource import Deletable

ADDRESSES_SINCE = "2026-01"


class Customers(Deletable[Customer]):
    """Who buys."""

    kind = Customer
    path = "customers"
    single = "the customer"
    plural = "the customers"

    async def create(self, draft: CustomerDraft) -> Customer:
        """Create a customer."""
        call = write("create the customer", "POST", self.path, body=draft.body())
        return await self._caller.run(call, one(Customer))

    async def update(self, customer_id: str, draft: CustomerDraft) -> Customer:
        """Replace the customer's content."""
        call = write("update the customer", "PUT", self.path, customer_id, body=draft.body())
        return await self._caller.run(call, one(Customer))

    async def delete(self, customer_id: str) -> None:
        """Delete the customer."""
        call = write("delete the customer", "DELETE", self.path, customer_id)
        await self._caller.run(call, anything)

    async def addresses(self, customer_id: str) -> tuple[Address, ...]:
        """Every address of the customer."""
        path = (self.path, customer_id, "addresses")
        call = read("list the addresses", *path, since=ADDRESSES_SINCE)
        return await self._caller.run(call, many(Address))

    async def address(self, customer_id: str, address_id: int) -> Address:
        """One address; NotFound if there is none."""
        path = (self.path, customer_id, "addresses", str(address_id))
        call = read("read the address", *path, since=ADDRESSES_SINCE)
        return await self._caller.run(call, one(Address))

    async def add_address(self, customer_id: str, draft: AddressDraft) -> Address:
        """Add an address; its `id_token` is only told now."""
        path = (self.path, customer_id, "addresses")
        call = write("add the address", "POST", *path, body=draft.body(), since=ADDRESSES_SINCE)
        return await self._caller.run(call, one(Address))

    async def update_address(
        self, customer_id: str, address_id: int, draft: AddressDraft
    ) -> Address:
        """Replace an address."""
        path = (self.path, customer_id, "addresses", str(address_id))
        call = write("update the address", "PUT", *path, body=draft.body(), since=ADDRESSES_SINCE)
        return await self._caller.run(call, one(Address))

    async def delete_address(self, customer_id: str, address_id: int) -> None:
        """Delete an address."""
        path = (self.path, customer_id, "addresses", str(address_id))
        call = write("delete the address", "DELETE", *path, since=ADDRESSES_SINCE)
        await self._caller.run(call, anything)
