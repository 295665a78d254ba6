"""The client's methods for what a person decides about one order."""

from __future__ import annotations

from typing import Literal

from lsync.core.control import messages as m
from lsync.core.control.expecting import one, order_path
from lsync.core.control.link import Link

Move = Literal["submit", "cancel", "close"]


class OrderCalls:
    """One typed method for each route that changes an order. Raises as ``ControlClient`` says."""

    _link: Link

    async def move_order(self, order_number: str, move: Move) -> m.OrderDetail:
        """Hand a draft in for approval, cancel an order, or close a received one."""
        return await self._link.post(f"{order_path(order_number)}/{move}", one(m.OrderDetail))

    async def edit_order(self, order_number: str, edit: m.OrderEdit) -> m.OrderEdited:
        """Change the document of an order until its goods arrive."""
        return await self._link.post(
            f"{order_path(order_number)}/edit", one(m.OrderEdited), body=edit
        )
