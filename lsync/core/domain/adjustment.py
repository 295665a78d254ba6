"""Stock adjustments recorded here: what is wrong with one, and which waits for a person.

The X-Series has no idempotency key for adjustments and they add up: one is announced, posted in
one attempt, and looked for whenever its outcome is not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from lsync.core.domain.amount import plain
from lsync.core.domain.catalogue import Product, key
from lsync.core.domain.order_file.rows import DecimalMark
from lsync.core.domain.preflight_lines import MOST_PLACES
from lsync.core.domain.sanitise import visible
from lsync.core.domain.sheet import Cells, SheetRow

LOWERING = ("DAMAGE", "EXPIRY", "INTERNAL_USE", "THEFT", "DONATION", "SAMPLE_FOR_SALE")
RAISING = ("STOCK_FOUND",)
REASONS = (*LOWERING, *RAISING)
"""Lightspeed's own reasons (X-Series 2026-01 on); any other is a reason of the shop's."""

COLUMNS = ("name", "outlet", "sku", "quantity", "reason")
LONGEST = {"name": 190, "outlet": 255, "sku": 190, "reason": 50, "note": 2000}
"""Longest text per column in characters."""


class AdjustmentState(StrEnum):
    """What has become of an adjustment."""

    RECORDED = "recorded"
    WAITING = "waiting"
    """A person has to decide."""
    READY = "ready"
    POSTING = "posting"
    """Announced; whether it was carried out is not known yet."""
    POSTED = "posted"
    REJECTED = "rejected"
    FAILED = "failed"


S = AdjustmentState

TRANSITIONS: dict[AdjustmentState, frozenset[AdjustmentState]] = {
    S.RECORDED: frozenset({S.READY, S.WAITING, S.FAILED}),
    S.WAITING: frozenset({S.READY, S.REJECTED}),
    S.READY: frozenset({S.POSTING}),
    S.POSTING: frozenset({S.POSTED, S.READY, S.FAILED}),
    S.POSTED: frozenset(),
    S.REJECTED: frozenset({S.READY}),
    S.FAILED: frozenset({S.RECORDED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """One adjustment; ``quantity`` is signed. ``name`` is the caller's own and counts once."""

    name: str
    outlet: str
    quantity: Decimal
    reason: str
    sku: str | None = None
    product_id: str | None = None
    note: str | None = None
    state: AdjustmentState = AdjustmentState.RECORDED
    outlet_id: str | None = None
    watermark: int | None = None
    uncertain_since: datetime | None = None
    lightspeed_id: str | None = None
    error: str | None = None
    recorded_at: datetime | None = None
    recorded_by: str | None = None
    posted_at: datetime | None = None
    id: int | None = None

    @property
    def label(self) -> str:
        """What a person calls its product."""
        return visible(self.sku or self.product_id or self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLimits:
    """Above either of them an adjustment waits for a person: value at supply price, or units."""

    amount: Decimal = Decimal(500)
    quantity: Decimal = Decimal(100)


def faults_of(adjustment: Adjustment) -> list[str]:
    """Return what is wrong with an adjustment by itself."""
    found = _faults_of_quantity(adjustment.quantity, adjustment.reason)
    if not adjustment.reason.strip():
        found.append("a reason is missing")
    if not adjustment.outlet.strip():
        found.append("an outlet is missing")
    if not (adjustment.sku or adjustment.product_id):
        found.append("a SKU or product id is missing")
    return found


def _faults_of_quantity(quantity: Decimal, given_reason: str) -> list[str]:
    reason = given_reason.strip().upper()
    if not quantity.is_finite() or not quantity:
        return ["the quantity has to be a number other than zero"]
    if len(plain(quantity).partition(".")[2]) > MOST_PLACES:
        return [f"the quantity has more than {MOST_PLACES} decimals"]
    if reason in LOWERING and quantity > 0:
        return [f"{reason} lowers the stock: its quantity is negative"]
    if reason in RAISING and quantity < 0:
        return [f"{reason} raises the stock: its quantity is positive"]
    return []


def over_limits(adjustment: Adjustment, product: Product, *, limits: StockLimits) -> str | None:
    """Return why a person has to decide about an adjustment; None if nobody has to."""
    units = abs(adjustment.quantity)
    value = units * (product.supply_price or Decimal(0))
    if units > limits.quantity:
        return f"{plain(units)} units are more than {plain(limits.quantity)}"
    if value > limits.amount:
        shown = plain(value.quantize(Decimal("0.01")))
        return f"{shown} at supply price are more than {plain(limits.amount)}"
    return None


def same_effect(adjustment: Adjustment) -> tuple[str | None, str | None, Decimal, str]:
    """Return what tells one adjustment from another at Lightspeed."""
    return (
        adjustment.product_id,
        adjustment.outlet_id,
        adjustment.quantity,
        adjustment.reason,
    )


def distinct(ready: Sequence[Adjustment], *, most: int) -> list[Adjustment]:
    """Return the adjustments of one call: no two alike, so that each can be looked for alone."""
    chosen: dict[object, Adjustment] = {}
    for each in ready:
        chosen.setdefault(same_effect(each), each)
    return list(chosen.values())[:most]


def read_adjustments(
    rows: Sequence[SheetRow], *, decimal: DecimalMark
) -> tuple[list[tuple[SheetRow, Adjustment]], list[tuple[SheetRow, str]]]:
    """Return the adjustments of a file that can be read, and everything wrong with the others."""
    found: list[tuple[SheetRow, Adjustment]] = []
    faults: list[tuple[SheetRow, str]] = []
    rows_by_name: dict[str, SheetRow] = {}
    for row in rows:
        adjustment, wrong = _read(row, decimal=decimal)
        first = rows_by_name.setdefault(adjustment.name, row) if adjustment.name else row
        if first is not row:
            wrong.append(f"the name {visible(adjustment.name)} is given in {first.place} already")
        if wrong:
            faults += [(row, why) for why in wrong]
        else:
            found.append((row, adjustment))
    return found, faults


def _read(row: SheetRow, *, decimal: DecimalMark) -> tuple[Adjustment, list[str]]:
    """Return what a row says, as far as it can be read, and everything wrong with it."""
    cells = Cells(row, decimal, LONGEST)
    name, outlet = cells.required("name"), cells.required("outlet")
    sku, quantity = cells.required("sku"), cells.number("quantity")
    adjustment = Adjustment(
        name=name,
        outlet=outlet,
        sku=sku,
        quantity=quantity or Decimal(0),
        reason=cells.required("reason"),
        note=cells.text("note"),
    )
    if row.fault is not None:
        return adjustment, [row.fault]
    if quantity is not None:
        cells.faults += _faults_of_quantity(quantity, adjustment.reason)
    return adjustment, cells.faults


def question_of(adjustment: Adjustment, *, why: str) -> str:
    """Return an adjustment that waits as a sentence."""
    return (
        f"{visible(adjustment.name)}: {plain(adjustment.quantity)} {adjustment.label} at "
        f"{visible(adjustment.outlet)} ({visible(adjustment.reason)}): {why}"
    )


def says_the_same(one: Adjustment, other: Adjustment) -> bool:
    """Whether two adjustments of one name ask for the same."""
    return (key(one.outlet), key(one.sku or ""), one.quantity, key(one.reason)) == (
        key(other.outlet),
        key(other.sku or ""),
        other.quantity,
        key(other.reason),
    )
