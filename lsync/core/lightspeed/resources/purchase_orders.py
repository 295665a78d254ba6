"""Lightspeed's own purchase orders, read-only."""

from collections.abc import AsyncIterator

from lsync.core.lightspeed.models.purchase_orders import (
    Delivery,
    DeliveryLine,
    PurchaseOrder,
    PurchaseOrderLine,
)
from lsync.core.lightspeed.paging import Page
from lsync.core.lightspeed.resources.resource import Collection

SINCE = "2026-04"


class PurchaseOrders(Collection[PurchaseOrder]):
    """Orders with their lines and deliveries; pages hold at most 1,000."""

    kind = PurchaseOrder
    path = "purchase_orders"
    single = "the purchase order"
    plural = "the purchase orders"
    since = SINCE

    def line_pages(
        self, order_id: str, *, after: int | None = None, page_size: int | None = None
    ) -> AsyncIterator[Page[PurchaseOrderLine]]:
        """The lines of an order."""
        path = (self.path, order_id, "line_items")
        query = {"page_size": page_size}
        doing = "list the lines of the order"
        return self._walk(PurchaseOrderLine, doing, *path, after=after, query=query, since=SINCE)

    def delivery_pages(
        self, order_id: str, *, after: int | None = None, page_size: int | None = None
    ) -> AsyncIterator[Page[Delivery]]:
        """The deliveries of an order."""
        path = (self.path, order_id, "deliveries")
        query = {"page_size": page_size}
        doing = "list the deliveries of the order"
        return self._walk(Delivery, doing, *path, after=after, query=query, since=SINCE)

    def delivery_line_pages(
        self,
        order_id: str,
        delivery_id: str,
        *,
        after: int | None = None,
        page_size: int | None = None,
    ) -> AsyncIterator[Page[DeliveryLine]]:
        """The lines of a delivery."""
        path = (self.path, order_id, "deliveries", delivery_id, "line_items")
        query = {"page_size": page_size}
        doing = "list the lines of the delivery"
        return self._walk(DeliveryLine, doing, *path, after=after, query=query, since=SINCE)
