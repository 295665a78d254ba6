"""Every operation the simulator answers, in one router."""

from typing import Final

from lsync.simulator.api import consignments, inventory, products, search, shop, webhooks
from lsync.simulator.api.operation import Router

ROUTER: Final = Router(
    (
        *consignments.OPERATIONS,
        *inventory.OPERATIONS,
        *products.OPERATIONS,
        *search.OPERATIONS,
        *shop.OPERATIONS,
        *webhooks.OPERATIONS,
    )
)
