"""Routes that read what the shop itself holds."""

from collections.abc import Sequence

from pydantic import Field
from starlette.requests import Request
from starlette.routing import Route

from lsync.core.control import messages as m
from lsync.daemon.application import Application
from lsync.daemon.operations import shop
from lsync.daemon.routes.answers import PAGE, Limit, Query, read_query, reading


class ProductQuery(Query):
    """``sku`` goes alone."""

    sku: str | None = None
    text: str | None = None
    limit: Limit = PAGE
    after: int | None = Field(default=None, ge=0, lt=2**63)


async def list_outlets(
    request: Request,  # noqa: ARG001 - a handler's signature
    application: Application,
) -> Sequence[m.VendOutlet]:
    """Outlets."""
    return await shop.list_outlets(application)


async def list_suppliers(
    request: Request,  # noqa: ARG001 - a handler's signature
    application: Application,
) -> Sequence[m.VendSupplier]:
    """Suppliers."""
    return await shop.list_suppliers(application)


async def list_products(request: Request, application: Application) -> m.VendProductPage:
    """Products of one SKU, or a page of all."""
    asked = read_query(request, ProductQuery)
    if asked.sku is not None:
        return await shop.products_by_sku(application, asked.sku)
    return await shop.list_products(
        application, text=asked.text, page_size=asked.limit, after=asked.after
    )


async def find_consignment(request: Request, application: Application) -> m.VendConsignment:
    """One consignment with its lines."""
    return await shop.find_consignment(application, request.path_params["name"])


def routes() -> list[Route]:
    """This family's routes."""
    return [
        reading("/v1/vend/outlets", list_outlets),
        reading("/v1/vend/suppliers", list_suppliers),
        reading("/v1/vend/products", list_products),
        reading("/v1/vend/consignments/{name:path}", find_consignment),
    ]
