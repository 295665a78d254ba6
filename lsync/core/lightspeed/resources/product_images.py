"""Product images by their own id. Uploading is in `products`."""

from decimal import Decimal

from lsync.core.lightspeed.models.labels import Image
from lsync.core.lightspeed.readers import anything, one
from lsync.core.lightspeed.requests import read, write
from lsync.core.lightspeed.resources.resource import Resource
from lsync.core.lightspeed.wire import number_of


class ProductImages(Resource):
    """Pictures of products."""

    async def get(self, image_id: str) -> Image:
        """One picture; NotFound if there is none."""
        return await self._caller.run(
            read("read the image", "product_images", image_id), one(Image)
        )

    async def move(self, image_id: str, *, position: Decimal) -> Image:
        """Put the picture at a position among those of its product."""
        body = {"position": number_of(position)}
        call = write("move the image", "PUT", "product_images", image_id, body=body)
        return await self._caller.run(call, one(Image))

    async def delete(self, image_id: str) -> None:
        """Delete the picture."""
        call = write("delete the image", "DELETE", "product_images", image_id)
        await self._caller.run(call, anything)
