"""Reading what the shop itself holds. Each function asks Lightspeed; nothing is changed.

All of it works without a database: then names and orders that lsync keeps are not known.
"""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from lsync.core.control import messages as m
from lsync.core.domain.sanitise import visible
from lsync.core.lightspeed import (
    Consignment,
    ConsignmentLine,
    LightspeedError,
    NotFound,
    Product,
    XSeries,
)
from lsync.core.store import catalogue, consignments, orders
from lsync.core.store.consignments import PRIMARY
from lsync.daemon.application import Application
from lsync.daemon.operations.lightspeed import lightspeed_failure, reader
from lsync.daemon.operations.missing import not_found
from lsync.daemon.presenting.shop import Names, vend_consignment, vend_product

SUPPLIER = "SUPPLIER"
LARGE_PAGE = 1000
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


async def list_outlets(application: Application) -> list[m.VendOutlet]:
    """Every outlet.

    Raises:
        ControlError: Lightspeed refused or was not reached.
    """
    async with _asking(application) as api:
        found = await api.outlets.list()
    return [
        m.VendOutlet(id=each.id, name=each.name, time_zone=each.time_zone, currency=each.currency)
        for each in found
    ]


async def list_suppliers(application: Application) -> list[m.VendSupplier]:
    """Every supplier. Raises like ``list_outlets``."""
    async with _asking(application) as api:
        found = await api.suppliers.list()
    return [
        m.VendSupplier(id=each.id, name=each.name, description=each.description) for each in found
    ]


async def products_by_sku(application: Application, sku: str) -> m.VendProductPage:
    """Every product with that SKU, as Lightspeed matches it.

    Raises:
        ControlError: 404 when there is none; else like ``list_outlets``.
    """
    async with _asking(application) as api:
        found = await api.products.by_sku(sku)
    if not found:
        raise not_found(
            f"product with the SKU {visible(sku)} at Lightspeed",
            next_step="`lsync vend products --search TEXT` looks in names and SKUs.",
        )
    return m.VendProductPage(products=tuple(vend_product(each) for each in found))


async def list_products(
    application: Application, *, text: str | None, page_size: int, after: int | None
) -> m.VendProductPage:
    """One page of the catalogue, for one call; of it what holds ``text`` in SKU or name.

    The API itself cannot search in names. Raises like ``list_outlets``.
    """
    size = page_size if text is None else LARGE_PAGE
    async with _asking(application) as api:
        page = await anext(api.products.pages(after=after, page_size=size), None)
    if page is None:
        return m.VendProductPage(products=())
    found = [vend_product(each) for each in page.items if text is None or _holds(each, text)]
    return m.VendProductPage(products=tuple(found), cursor=page.cursor)


async def find_consignment(application: Application, name: str) -> m.VendConsignment:
    """A consignment with its lines: by order number, else by id, else by its reference.

    A reference that lsync does not know costs a walk through all orders of the shop, because the
    API cannot look for one.

    Raises:
        ControlError: 404 when it is none of these; else like ``list_outlets``.
    """
    async with _asking(application) as api:
        try:
            found, others = await _identify(application, api, name)
            lines = await api.consignments.lines(found.id)
        except NotFound as failure:
            raise _no_consignment(application, name) from failure
        names = await (_kept_names(application, lines) if application.ready else _read_names(api))
    return vend_consignment(found, lines, names=names, others=others)


@asynccontextmanager
async def _asking(application: Application) -> AsyncIterator[XSeries]:
    """A client whose failures are told to the person who asks."""
    async with reader(application) as api:
        try:
            yield api
        except LightspeedError as failure:
            raise lightspeed_failure(failure) from failure


async def _identify(
    application: Application, api: XSeries, name: str
) -> tuple[Consignment, Sequence[str]]:
    """The consignment that is meant, and the ids of others that could be."""
    known = await _ids_of_order(application, name)
    if known:
        return await api.consignments.get(known[0]), known[1:]
    if _ID.fullmatch(name):
        return await api.consignments.get(name), ()
    matches = [
        each
        async for page in api.consignments.pages(type=SUPPLIER, page_size=LARGE_PAGE)
        for each in page.items
        if each.reference == name
    ]
    if not matches:
        raise _no_consignment(application, name)
    newest = max(matches, key=lambda each: each.version)
    return newest, [each.id for each in matches if each is not newest]


async def _ids_of_order(application: Application, order_number: str) -> list[str]:
    """The consignments of an order, its primary one first; empty if lsync knows of none."""
    if not application.ready:
        return []
    async with application.database.read() as tx:
        order = await orders.find(tx, order_number)
        if order is None:
            return []
        family = await consignments.family(tx, orders.stored_id(order))
    return [
        each.view.consignment_id for each in sorted(family, key=lambda each: each.role != PRIMARY)
    ]


async def _kept_names(application: Application, lines: Sequence[ConsignmentLine]) -> Names:
    async with application.database.read() as tx:
        return Names(
            outlets={each.id: each.name for each in await catalogue.outlets(tx)},
            suppliers={each.id: each.name for each in await catalogue.suppliers(tx)},
            products=await catalogue.products_by_id(tx, [line.product_id for line in lines]),
        )


async def _read_names(api: XSeries) -> Names:
    try:
        return Names(
            outlets={each.id: each.name for each in await api.outlets.list()},
            suppliers={each.id: each.name for each in await api.suppliers.list()},
        )
    except LightspeedError:
        return Names()  # Ids stand in for names: what was asked for is there already.


def _no_consignment(application: Application, name: str) -> Exception:
    known = (
        "Give its id, the order number, or the reference of a supplier order; "
        "`lsync po list` has those."
    )
    foreign = (
        "Give its id or the reference of a supplier order; "
        "which orders have which consignment is in the database, which is not there."
    )
    return not_found(
        f"consignment {visible(name)} at Lightspeed",
        next_step=known if application.ready else foreign,
    )


def _holds(product: Product, text: str) -> bool:
    wanted = text.casefold()
    places = (product.sku, product.name, product.variant_name or "")
    return any(wanted in place.casefold() for place in places)
