"""Is this order probably the same as another one? Pure; nothing is blocked by it."""

from collections import Counter
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


def probable_duplicate(order: PurchaseOrder, others: Iterable[PurchaseOrder]) -> Problem | None:
    """Return a warning if others, of the last 30 days, order the same lines of the same supplier.

    The sequence of the lines, their costs and the outlet do not matter; cancelled orders do not
    count.
    """
    same = [it.order_number for it in others if _is_same(order, it)]
    if not same:
        return None
    named = ", ".join(map(visible, same[:NAMED])) + (" and others" if len(same) > NAMED else "")
    return Problem(
        code=ProblemCode.DUPLICATE_ORDER,
        message=f"The same lines were ordered from this supplier in {named}",
        fix="Cancel one of them if it was entered twice; otherwise there is nothing to do",
        severity=Severity.WARNING,
    )


def _is_same(order: PurchaseOrder, other: PurchaseOrder) -> bool:
    if other.order_number == order.order_number or other.state is OrderState.CANCELLED:
        return False
    return key(order.supplier) == key(other.supplier) and _lines(order) == _lines(other)


def _lines(order: PurchaseOrder) -> Counter[tuple[str, str]]:
    return Counter(
        (line.product_id or f"sku:{key(line.label)}", f"{line.quantity.normalize():f}")
        for line in order.lines
    )
