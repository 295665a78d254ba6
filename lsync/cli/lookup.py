"""Finding the order that a person means: its number, a log id, or a near miss."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice
from typing import TYPE_CHECKING

from lsync.cli.failures import Failure
from lsync.cli.spelling import nearest
from lsync.core.control.errors import ControlError
from lsync.core.domain.order import OrderState

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import OrderDetail, OrderSummary

LOG_PREFIX = "log:"
VERIFIED = "verified"
"""Step of a push whose lines were read back equal and that was not sent."""
COMPARED = 500
"""Order numbers, newest first, among which a near miss is looked for."""


async def find_order(client: "ControlClient", name: str) -> "OrderDetail":
    """The order with that number, or the one of a log entry. Order numbers win over log ids.

    Raises:
        Failure: there is neither; names the nearest order numbers.
    """
    entry = name.removeprefix(LOG_PREFIX)
    try:
        return await client.order(name)
    except ControlError as error:
        if error.status != 404:
            raise
        number = await _order_of_entry(client, entry) if entry.isdecimal() else None
        if number is None:
            raise await _unknown(client, name, error) from error
    return await client.order(number)


async def held_back(client: "ControlClient", orders: "AsyncIterator[OrderSummary]") -> list[str]:
    """Those of the orders that are in Lightspeed, whole and verified, and not marked as sent."""
    there = [
        order.order_number
        async for order in orders
        if order.state is OrderState.APPROVED and order.consignment_ids and not order.held
    ]
    details = [await client.order(number) for number in there]
    return [order.order_number for order in details if order.push_step == VERIFIED][::-1]


@asynccontextmanager
async def suggesting(client: "ControlClient", number: str) -> AsyncIterator[None]:
    """Run a request about one order; when there is no such order, name the nearest ones.

    Raises:
        Failure: there is no such order.
    """
    try:
        yield
    except ControlError as error:
        if error.status != 404:
            raise
        raise await _unknown(client, number, error) from error


async def _order_of_entry(client: "ControlClient", entry: str) -> str | None:
    try:
        return (await client.log_entry(int(entry))).order_number
    except ControlError as error:
        if error.status != 404:
            raise
        return None


async def _unknown(client: "ControlClient", name: str, error: ControlError) -> Failure:
    orders = await client.orders(limit=COMPARED)
    near = list(islice(nearest(name, (order.order_number for order in orders)), 3))
    return Failure(
        error.message.error,
        why=f"Did you mean {' or '.join(near)}?" if near else error.message.why,
        next_step=error.message.next_step,
        code=error.message.exit_code,
    )
