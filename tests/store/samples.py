"""Orders and a clock for the tests of the store."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from lsync.core.domain.order import OrderLine, PurchaseOrder

NOW = datetime(2026, 11, 23, 9, 30, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def line(line_no: int = 1, **changes: object) -> OrderLine:
    values: dict[str, object] = {
        "line_no": line_no,
        "sku": f"SKU-{line_no:04d}",
        "name": "Cup, blue – café",
        "quantity": Decimal("2.5"),
        "unit_cost": Decimal("1.25"),
    }
    return OrderLine(**{**values, **changes})  # type: ignore[arg-type]  # a line's own fields


def order(number: str = "PO-1", **changes: object) -> PurchaseOrder:
    values: dict[str, object] = {
        "order_number": number,
        "supplier": "Northwind Wholesale",
        "outlet": "Main Street",
        "lines": (line(1), line(2)),
    }
    return PurchaseOrder(**{**values, **changes})  # type: ignore[arg-type]  # an order's own fields
