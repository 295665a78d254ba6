"""Every operation the simulator answers, in one router."""

from typing import Final

from lsync.simulator.api import (
    categories,
    consignments,
    customer_addresses,
    customer_groups,
    customers,
    fulfillments,
    handover_legacy,
    inventory,
    labels,
    oauth,
    price_books,
    price_books_legacy,
    product_images,
    products,
    purchase_orders,
    registers,
    sales,
    search,
    shop,
    stock_adjustments,
    stock_levels,
    users,
    webhooks,
)
from lsync.simulator.api.operation import Router

ROUTER: Final = Router(
    operation
    for family in (
        categories,
        consignments,
        customer_addresses,
        customer_groups,
        customers,
        fulfillments,
        handover_legacy,
        inventory,
        labels,
        oauth,
        price_books,
        price_books_legacy,
        product_images,
        products,
        purchase_orders,
        registers,
        sales,
        search,
        shop,
        stock_adjustments,
        stock_levels,
        users,
        webhooks,
    )
    for operation in family.OPERATIONS
)
