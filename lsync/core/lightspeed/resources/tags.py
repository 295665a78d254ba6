"""Tags."""

from lsync.core.lightspeed.models.labels import Tag
from lsync.core.lightspeed.readers import anything, identifier
from lsync.core.lightspeed.requests import write
from lsync.core.lightspeed.resources.resource import Deletable, gather


class Tags(Deletable[Tag]):
    """Free labels of products."""

    kind = Tag
    path = "tags"
    single = "the tag"
    plural = "the tags"

    async def list(self) -> tuple[Tag, ...]:
        """Every tag that is not deleted."""
        return await gather(self.pages())

    async def create(self, *, name: str) -> str:
        """Create a tag; returns its id, which is all the answer holds."""
        call = write("create the tag", "POST", self.path, body={"name": name})
        return await self._caller.run(call, identifier)

    async def rename(self, tag_id: str, *, name: str) -> None:
        """Give the tag another name."""
        call = write("rename the tag", "PUT", self.path, tag_id, body={"name": name})
        await self._caller.run(call, anything)

    async def delete(self, tag_id: str) -> None:
        """Delete the tag; Lightspeed finishes it in the background."""
        call = write("delete the tag", "DELETE", self.path, tag_id)
        await self._caller.run(call, anything)
