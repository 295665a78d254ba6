"""What products are sorted by: brands, tags, types, categories, variant attributes, images."""

from typing import Annotated

from pydantic import Field

from lsync.core.lightspeed.models.entity import Draft, Entity
from lsync.core.lightspeed.wire import (
    INFORMS,
    Id,
    InfoFlag,
    Moment,
    NullIsEmpty,
    OptionalQuantity,
    Text,
    Version,
)


class Brand(Entity):
    """Who makes a product."""

    id: Id
    name: Text = ""
    description: str | None = None
    version: Version | None = None
    deleted_at: Moment = None


class BrandDraft(Draft):
    """A brand to create, or its new content."""

    name: str = Field(min_length=1)
    description: str | None = None


class Tag(Entity):
    """A free label of products."""

    id: Id
    name: Text = ""
    version: Version | None = None
    deleted_at: Moment = None


class CategoryStep(Entity):
    """One step on the path from the root category to a category."""

    id: Id
    name: Text = ""


class ProductType(Entity):
    """The former kind of category; products still name one."""

    id: Id
    name: Text = ""
    leaf_category: InfoFlag = None
    category_path: Annotated[tuple[CategoryStep, ...], NullIsEmpty, INFORMS] = ()
    version: Version | None = None
    deleted_at: Moment = None


class Category(Entity):
    """A place in the tree of product categories."""

    id: Id
    name: Text = ""
    parent_category_id: Id | None = None
    root_category_id: Id | None = None
    leaf_category: bool | None = None
    category_path: Annotated[tuple[CategoryStep, ...], NullIsEmpty] = ()


class CategoryDraft(Draft):
    """A category to create, or to change if `id` is given.

    `payload_id` is the caller's own name for it: other drafts of the same call can name it as
    their `payload_parent_category_id` before Lightspeed has given it an id.
    """

    name: str = Field(min_length=1)
    id: Id | None = None
    payload_id: str | None = None
    parent_category_id: Id | None = None
    payload_parent_category_id: str | None = None


class SavedCategory(Entity):
    """What a bulk call made of one draft."""

    id: Id
    name: Text = ""
    payload_id: str | None = None
    parent_category_id: Id | None = None


class VariantAttribute(Entity):
    """A property in which the variants of a family differ, e.g. Size."""

    id: Id
    name: Text = ""
    deleted_at: Moment = None


class Image(Entity):
    """A picture of a product; `position` orders them."""

    id: Id
    product_id: Id | None = None
    position: OptionalQuantity = None
    status: str | None = None
    version: Version | None = None
