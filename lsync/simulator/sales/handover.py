"""A fulfilment and its lines as rows; what may be done with them is in `fulfillments`."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from lsync.simulator.wire import ZERO

Step = Literal["picked", "packed", "fulfilled"]


@dataclass(slots=True, kw_only=True)
class Progress:
    """How far one line of a sale has come."""

    sale_line_item_id: str
    product_id: str
    quantity: Decimal
    picked: Decimal = ZERO
    packed: Decimal = ZERO
    fulfilled: Decimal = ZERO

    def shown(self) -> dict[str, str]:
        """The JSON object; quantities are decimal strings."""
        return {
            "sale_line_item_id": self.sale_line_item_id,
            "product_id": self.product_id,
            "quantity": f"{self.quantity:.2f}",
            "picked_quantity": f"{self.picked:.2f}",
            "packed_quantity": f"{self.packed:.2f}",
            "fulfilled_quantity": f"{self.fulfilled:.2f}",
        }


@dataclass(slots=True, kw_only=True)
class Fulfillment:
    """What one outlet hands over of one sale, in one way."""

    id: str
    sale_id: str
    outlet_id: str
    type: str
    user_id: str
    lines: list[Progress]
    created_at: str
    updated_at: str
    version: int = 1
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def state(self) -> str:
        """The furthest step that every line has reached."""
        for step, state in (("fulfilled", "FULFILLED"), ("packed", "PACKED"), ("picked", "PICKED")):
            if all(getattr(line, step) >= line.quantity for line in self.lines):
                return state
        started = any(line.picked or line.packed or line.fulfilled for line in self.lines)
        return "STARTED" if started else "OPEN"

    def shown(self) -> dict[str, Any]:
        """The JSON object of the summary."""
        return {
            "id": self.id,
            "outlet_id": self.outlet_id,
            "sale_id": self.sale_id,
            "type": self.type,
            "state": self.state,
            "user_ids": [self.user_id],
            "note": "",
            "shipping_address_id": None,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "version": self.version,
            "line_items": [line.shown() for line in self.lines],
        }

    def note_event(
        self,
        line: Progress,
        event: str,
        now: str,
        *,
        quantity: Decimal = ZERO,
        picked: Decimal = ZERO,
        packed: Decimal = ZERO,
        fulfilled: Decimal = ZERO,
    ) -> None:
        """Add an entry to the history."""
        self.history.append(
            {
                "sale_line_item_id": line.sale_line_item_id,
                "product_id": line.product_id,
                "event_type": event,
                "quantity_delta": str(quantity),
                "picked_quantity_delta": str(picked),
                "packed_quantity_delta": str(packed),
                "fulfilled_delta": str(fulfilled),
                "created_at": now,
            }
        )
