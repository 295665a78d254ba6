"""Problems with an order: a code programs match, a sentence and a fix people read."""

from dataclasses import dataclass
from enum import StrEnum


class ProblemCode(StrEnum):
    """Every problem an order can have. The values are part of the JSON output."""

    UNKNOWN_SKU = "unknown_sku"
    INACTIVE_PRODUCT = "inactive_product"
    COMPOSITE_PRODUCT = "composite_product"
    ZERO_QUANTITY = "zero_quantity"
    NEGATIVE_QUANTITY = "negative_quantity"
    NEGATIVE_COST = "negative_cost"
    NOT_A_NUMBER = "not_a_number"
    TOO_MANY_DECIMALS = "too_many_decimals"
    DUPLICATE_LINE = "duplicate_line"
    UNKNOWN_SUPPLIER = "unknown_supplier"
    UNKNOWN_OUTLET = "unknown_outlet"
    NO_LINES = "no_lines"
    TOTAL_ZERO = "total_zero"
    LARGE_QUANTITY = "large_quantity"
    DUPLICATE_ORDER = "duplicate_order"
    SHORT_RECEIPT = "short_receipt"
    OVER_RECEIPT = "over_receipt"
    LINE_MISSING = "line_missing"
    LINE_EXTRA = "line_extra"
    QUANTITY_DIFFERS = "quantity_differs"
    QUANTITY_DOUBLED = "quantity_doubled"
    COST_DIFFERS = "cost_differs"
    UNKNOWN_STATUS = "unknown_status"
    FLIPPED_BACK = "flipped_back"
    CANCELLED_REMOTELY = "cancelled_remotely"
    DUPLICATE_CONSIGNMENT = "duplicate_consignment"
    ORPHAN_CONSIGNMENT = "orphan_consignment"
    POSSIBLE_SPLIT_OFF = "possible_split_off"
    CONSIGNMENT_MISSING = "consignment_missing"
    UNCERTAIN_CREATE = "uncertain_create"
    NOT_EDITABLE = "not_editable"


class Severity(StrEnum):
    """Whether a problem stops a push, shows a difference, or only informs."""

    BLOCKING = "blocking"
    DRIFT = "drift"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with an order, and how to put it right.

    ``line_no`` is ``None`` when the problem concerns the order as a whole.
    """

    code: ProblemCode
    message: str
    fix: str
    severity: Severity = Severity.BLOCKING
    line_no: int | None = None
