"""Pictures of products over HTTP. The bytes are counted and forgotten."""

from typing import Final

from lsync.simulator import records, shape
from lsync.simulator.api.call import Answer, Call, row_answer
from lsync.simulator.api.operation import operation
from lsync.simulator.api.records import getter
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal
from lsync.simulator.world import World


def upload(world: World, call: Call, product_id: str) -> Answer:
    """201 with an image that is still being processed."""
    product = records.living_record(world, "product", product_id)
    if not call.body:
        raise Refusal(422, "there is no image in the body")
    images = list(product.value("images") or ())
    fields = {"product_id": product_id, "position": float(len(images) + 1), "status": "processing"}
    image, _ = records.add_record(world, "product_image", fields)
    shown = {"id": image.id, "url": f"https://images.example/{image.id}.png", "version": 1}
    records.change_record(world, "product", product, {"images": [*images, shown]})
    changes = {"created": image.id, "bytes": len(call.body)}
    return row_answer(image, status=201, effect=Effect(changes=changes))


def move(world: World, call: Call, image_id: str) -> Answer:
    """Set the position."""
    image = records.living_record(world, "product_image", image_id)
    given = shape.read_fields(
        call.json_object(), {"position": shape.number}, required=("position",)
    )
    changed, effect = records.change_record(world, "product_image", image, given)
    return row_answer(changed, effect=effect)


def delete(world: World, _call: Call, image_id: str) -> Answer:
    """204; the product loses the picture."""
    image = records.living_record(world, "product_image", image_id)
    product = records.record_with(world, "product", image.fields["product_id"])
    left = [shown for shown in product.value("images") if shown["id"] != image_id]
    records.change_record(world, "product", product, {"images": left})
    return Answer(status=204, effect=records.delete_record(world, "product_image", image))


_WRITE: Final = "products:write"
_ONE: Final = "/product_images/{product_image_id}"
_UPLOAD: Final = "/products/{product_id}/actions/image_upload"

OPERATIONS: Final = (
    operation("UploadImage", f"POST {_UPLOAD}", upload, scope=_WRITE),
    operation(
        "GetProductImageDataByID", f"GET {_ONE}", getter("product_image"), scope="products:read"
    ),
    operation("SetImagePosition", f"PUT {_ONE}", move, scope=_WRITE),
    operation("DeleteProductImageByID", f"DELETE {_ONE}", delete, scope=_WRITE),
)
