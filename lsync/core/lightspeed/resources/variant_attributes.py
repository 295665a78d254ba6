"""Variant attributes."""

from lsync.core.lightspeed.models.labels import VariantAttribute
from lsync.core.lightspeed.readers import anything, many, one
from lsync.core.lightspeed.requests import read, write
from lsync.core.lightspeed.resources.resource import Resource

PATH = "variant_attributes"


class VariantAttributes(Resource):
    """The properties in which variants differ."""

    async def list(self, *, deleted: bool | None = None) -> tuple[VariantAttribute, ...]:
        """Every attribute; `deleted` includes deleted ones. They come unpaged."""
        call = read("list the variant attributes", PATH, query={"deleted": deleted})
        return await self._caller.run(call, many(VariantAttribute))

    async def get(self, attribute_id: str) -> VariantAttribute:
        """One attribute; NotFound if there is none."""
        call = read("read the variant attribute", PATH, attribute_id)
        return await self._caller.run(call, one(VariantAttribute))

    async def create(self, *, name: str) -> VariantAttribute:
        """Create an attribute; Invalid if the name is taken."""
        call = write("create the variant attribute", "POST", PATH, body={"name": name})
        return await self._caller.run(call, one(VariantAttribute))

    async def rename(self, attribute_id: str, *, name: str) -> VariantAttribute:
        """Give the attribute another name."""
        call = write("rename the variant attribute", "PUT", PATH, attribute_id, body={"name": name})
        return await self._caller.run(call, one(VariantAttribute))

    async def delete(self, attribute_id: str) -> None:
        """Delete the attribute."""
        call = write("delete the variant attribute", "DELETE", PATH, attribute_id)
        await self._caller.run(call, anything)
