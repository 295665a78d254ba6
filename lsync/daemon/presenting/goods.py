"""Goods counted here as messages."""

from collections.abc import Iterable

from lsync.core.control import messages as m
from lsync.core.domain.goods import Counted
from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.receipt import NOTHING


def goods_lines(order: PurchaseOrder, counted: Iterable[Counted]) -> tuple[m.GoodsLine, ...]:
    """Each line that was counted, over all deliveries; none if nothing was."""
    by_line: dict[int, list[Counted]] = {}
    for each in counted:
        by_line.setdefault(each.line_no, []).append(each)
    lines = {line.line_no: line for line in order.lines}
    return tuple(
        _line(lines[line_no], together)
        for line_no, together in sorted(by_line.items())
        if line_no in lines
    )


def _line(line: OrderLine, counted: list[Counted]) -> m.GoodsLine:
    return m.GoodsLine(
        line_no=line.line_no,
        sku=line.sku or line.product_id,
        ordered=line.quantity,
        received=sum((each.received for each in counted), NOTHING),
        damaged=sum((each.damaged for each in counted), NOTHING),
        short=sum((each.short for each in counted), NOTHING),
        reasons=tuple(each.reason for each in counted if each.reason),
        at_lightspeed=line.received,
    )
