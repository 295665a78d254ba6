"""Is this order probably the same as another one? Pure; nothing is blocked by it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta

from lsync.core.domain.catalogue import key
from lsync.core.domain.order import OrderState, PurchaseOrder
from lsync.core.domain.problem import Problem, ProblemCode, Severity
from lsync.core.domain.sanitise import visible

LOOKED_BACK = timedelta(days=30)
"""How old an order may be to count as the one that was meant."""

NAMED = 3
"""Orders that the warning names."""

Content = tuple[str, frozenset[tuple[tuple[str, str], int]]]
"""What an order orders: its supplier, and how often each product and quantity stands in it."""


class OrdersAlike:
    """Orders by what they order, so that each is compared with all others at once."""

    def __init__(self, orders: Iterable[PurchaseOrder] = ()) -> None:
        """Start with ``orders``, as ``add`` does."""
        self._numbers: dict[Content, dict[str, None]] = defaultdict(dict)
        for order in orders:
            self.add(order)

    def add(self, order: PurchaseOrder) -> None:
        """Let later orders be compared with this one; a cancelled one does not count."""
        if order.state is not OrderState.CANCELLED:
            self._numbers[content_of(order)][order.order_number] = None

    def probable_duplicate(self, order: PurchaseOrder) -> Problem | None:
        """Return a warning if others order the same lines of the same supplier.

        The sequence of the lines, their costs and the outlet do not matter.
        """
        numbers = self._numbers.get(content_of(order), {})
        same = [number for number in numbers if number != order.order_number]
        return _warning(same) if same else None


def content_of(order: PurchaseOrder) -> Content:
    """Return what the order orders; equal for orders that may have been entered twice."""
    lines = Counter(
        (line.product_id or f"sku:{key(line.label)}", f"{line.quantity.normalize():f}")
        for line in order.lines
    )
    return key(order.supplier), frozenset(lines.items())


def _warning(same: list[str]) -> Problem:
    named = ", ".join(map(visible, same[:NAMED])) + (" and others" if len(same) > NAMED else "")
    return Problem(
        code=ProblemCode.DUPLICATE_ORDER,
        message=f"The same lines were ordered from this supplier in {named}",
        fix="Cancel one of them if it was entered twice; otherwise there is nothing to do",
        severity=Severity.WARNING,
    )
