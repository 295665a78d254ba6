"""Stock adjustments, their reasons and reorder points over HTTP (2026-01 on)."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from lsync.simulator import records, shape
from lsync.simulator.api.call import Answer, Call, data_answer, page_answer, row_answer
from lsync.simulator.api.operation import CURRENT, operation
from lsync.simulator.api.paging import PageRule, read_cursor, take_page
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal
from lsync.simulator.stock import change_stock, set_stock
from lsync.simulator.world import World

ADJUSTMENT_RULE: Final = PageRule(size=100, maximum=1000, documented=True)
REASON_RULE: Final = PageRule(size=100, maximum=100, documented=True)
ITEMS_PER_CALL: Final = 1000
_LOWERING: Final = ("DAMAGE", "EXPIRY", "INTERNAL_USE", "THEFT", "DONATION", "SAMPLE_FOR_SALE")
REASONS: Final = (*_LOWERING, "STOCK_FOUND", "CUSTOM")


def list_adjustments(world: World, call: Call) -> Answer:
    """Adjustments by version."""
    cursor = read_cursor(call.query(), ADJUSTMENT_RULE)
    return page_answer(take_page(world.records["stock_adjustment"], cursor))


def create_adjustments(world: World, call: Call) -> Answer:
    """1 to 1000 at once, all or none; each changes the level of its outlet."""
    body = call.json_object()
    if set(body) - {"stock_adjustments"}:
        raise Refusal(422, "unknown fields beside stock_adjustments")
    items = shape.objects(body.get("stock_adjustments"), "stock_adjustments")
    if not 0 < len(items) <= ITEMS_PER_CALL:
        raise Refusal(422, f"give 1 to {ITEMS_PER_CALL} adjustments a call")
    given = [_read_adjustment(world, item) for item in items]
    made = [_adjust(world, fields) for fields in given]
    return data_answer(made, status=201, effect=Effect(changes={"created": made}))


_ADJUSTMENT: Final[shape.Shape] = {
    "product_id": shape.at_most(36),
    "outlet_id": shape.at_most(36),
    "quantity": shape.at_most(32),
    "reason": shape.one_of(*REASONS),
    "custom_inventory_adjustment_reason_id": shape.at_most(36),
}


def _read_adjustment(world: World, item: Mapping[str, Any]) -> dict[str, Any]:
    if set(item) - set(_ADJUSTMENT):
        raise Refusal(422, "an adjustment holds an unknown field")
    given = dict(
        shape.read_fields(
            item, _ADJUSTMENT, required=("product_id", "outlet_id", "quantity", "reason")
        )
    )
    _check_target(world, given["product_id"], given["outlet_id"])
    given["amount"] = _signed(given["quantity"])
    custom = given.get("custom_inventory_adjustment_reason_id")
    if (given["reason"] == "CUSTOM") is not (custom is not None):
        raise Refusal(422, "a custom reason id goes with the reason CUSTOM, and only with it")
    if custom is not None and world.records["adjustment_reason"].get(custom) is None:
        raise Refusal(422, f"no custom reason with id {custom}")
    return given


def _check_target(world: World, product_id: str, outlet_id: str) -> None:
    product, outlet = world.products.get(product_id), world.outlets.get(outlet_id)
    if product is None or product.deleted_at is not None:
        raise Refusal(422, f"product {product_id} does not exist")
    if outlet is None or outlet.deleted_at is not None:
        raise Refusal(422, f"outlet {outlet_id} does not exist")


def _signed(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise Refusal(422, "quantity must be a decimal string") from None
    if not amount.is_finite() or amount == 0 or abs(amount.adjusted()) > 12:
        raise Refusal(422, "quantity must be a decimal other than 0 within range")
    return amount


def _adjust(world: World, given: dict[str, Any]) -> dict[str, Any]:
    amount: Decimal = given.pop("amount")
    owner = next(iter(world.records["user"]))
    row, _ = records.add_record(world, "stock_adjustment", {**given, "user_id": owner.id})
    change_stock(world, given["product_id"], given["outlet_id"], by=amount)
    return row.shown()


def list_reasons(world: World, call: Call) -> Answer:
    """Custom reasons by version, at most 100 a page."""
    cursor = read_cursor(call.query(), REASON_RULE)
    return page_answer(take_page(world.records["adjustment_reason"], cursor))


_REASON: Final[shape.Shape] = {
    "name": shape.at_most(30),
    "enabled": shape.flag,
    "type": shape.one_of("POSITIVE", "NEGATIVE"),
}


def create_reason(world: World, call: Call) -> Answer:
    """200 with the reason; 409 when the name is taken."""
    given = shape.read_fields(call.json_object(), _REASON, required=("name", "enabled", "type"))
    _check_name(world, given["name"])
    fields = {**given, "is_from_external_source": True}
    reason, effect = records.add_record(world, "adjustment_reason", fields)
    return row_answer(reason, effect=effect)


def update_reason(world: World, call: Call, reason_id: str) -> Answer:
    """Change name and activity; the type stays."""
    reason = records.living_record(world, "adjustment_reason", reason_id)
    known = {name: _REASON[name] for name in ("name", "enabled")}
    given = shape.read_fields(call.json_object(), known)
    _check_name(world, given.get("name"), but=reason_id)
    changed, effect = records.change_record(world, "adjustment_reason", reason, given)
    return row_answer(changed, effect=effect)


def _check_name(world: World, name: str | None, *, but: str | None = None) -> None:
    for row in world.records["adjustment_reason"]:
        if row.id != but and row.fields["name"] == name:
            raise Refusal(409, f"a reason named {name} exists")


_FIXED: Final = ("reorder_point", "reorder_amount")
_MIN_MAX: Final = ("reorder_point", "reorder_target")


def set_reorder_points(world: World, call: Call) -> Answer:
    """A bare array of 1 to 1000 points, all or none."""
    items = shape.objects(call.json(), "the body")
    if not 0 < len(items) <= ITEMS_PER_CALL:
        raise Refusal(422, f"give 1 to {ITEMS_PER_CALL} reorder points a call")
    given = [_read_point(world, item) for item in items]
    for point in given:
        set_stock(
            world,
            point["product_id"],
            point["outlet_id"],
            reorder_method=point["method"],
            **{name: Decimal(str(point[name])) for name in (*_FIXED, *_MIN_MAX) if name in point},
        )
    return data_answer(given, effect=Effect(changes={"reorder_points": given}))


def _read_point(world: World, item: Mapping[str, Any]) -> dict[str, Any]:
    numbers = _FIXED if item.get("method") == "FIXED" else _MIN_MAX
    known: shape.Shape = {
        "product_id": shape.at_most(36),
        "outlet_id": shape.at_most(36),
        "method": shape.one_of("FIXED", "MIN_MAX"),
        **dict.fromkeys(numbers, shape.number),
    }
    if set(item) - set(known):
        raise Refusal(422, "a reorder point holds an unknown field")
    given = dict(shape.read_fields(item, known, required=tuple(known)))
    _check_target(world, given["product_id"], given["outlet_id"])
    return given


_READ: Final = "inventory:write"
_WRITE: Final = "inventory:write"
_REASONS: Final = "/custom_inventory_adjustment_reasons"

OPERATIONS: Final = (
    operation(
        "ListStockAdjustments",
        "GET /stock_adjustments",
        list_adjustments,
        scope=_READ,
        versions=CURRENT,
    ),
    operation(
        "CreateStockAdjustments",
        "POST /stock_adjustments",
        create_adjustments,
        scope=_WRITE,
        versions=CURRENT,
    ),
    operation(
        "ListCustomInventoryAdjustmentReasons",
        f"GET {_REASONS}",
        list_reasons,
        scope=_READ,
        versions=CURRENT,
    ),
    operation(
        "CreateCustomInventoryAdjustmentReason",
        f"POST {_REASONS}",
        create_reason,
        scope=_WRITE,
        versions=CURRENT,
    ),
    operation(
        "UpdateCustomInventoryAdjustmentReason",
        f"PUT {_REASONS}/{{custom_reason_id}}",
        update_reason,
        scope=_WRITE,
        versions=CURRENT,
    ),
    operation(
        "SetReorderPoints",
        "POST /inventory/reorder_points",
        set_reorder_points,
        scope=_WRITE,
        versions=CURRENT,
    ),
)
