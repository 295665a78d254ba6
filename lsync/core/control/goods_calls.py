"""The client's methods for goods and money beside the order."""

from collections.abc import Sequence

from lsync.core.control import messages as m
from lsync.core.control.expecting import one, order_path
from lsync.core.control.link import Link


class GoodsCalls:
    """One typed method for each route about goods. Raises as ``ControlClient`` says."""

    _link: Link

    async def receive(
        self,
        order_number: str,
        lines: Sequence[m.CountedLine] = (),
        *,
        delivery: str,
        everything: bool = False,
    ) -> m.ReceiveReport:
        """Record one delivery, once; ``everything`` is all that is still to come."""
        body = m.ReceiveRequest(delivery=delivery, lines=tuple(lines), everything=everything)
        return await self._link.post(
            f"{order_path(order_number)}/receive", one(m.ReceiveReport), body=body
        )
