"""How values look on the wire: decimal strings of five places, timestamps, HTTP dates."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import format_datetime

from lsync.simulator.refusal import Refusal

ZERO = Decimal(0)
_LARGEST_EXPONENT = 12


def five_places(amount: Decimal) -> str:
    """A quantity or cost as X-Series writes it, `10.00000`."""
    return f"{amount:.5f}"


def timestamp(moment: datetime) -> str:
    """A moment as the answers show it, whole seconds with an offset."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def read_moment(text: str) -> datetime | None:
    """A moment as callers write it, UTC where it names no zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def http_date(moment: datetime) -> str:
    """An RFC 1123 date, as `Date` and `Retry-After` carry it."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def read_decimal(value: object, *, field: str) -> Decimal:
    """A non-negative number from a string or a JSON number; refuses anything else with 422."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Refusal(422, f"{field} must be a decimal string")
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise Refusal(422, f"{field} is not a number") from None
    if not amount.is_finite() or abs(amount.adjusted()) > _LARGEST_EXPONENT:
        raise Refusal(422, f"{field} is out of range")
    if amount < 0:
        raise Refusal(422, f"{field} must not be negative")
    return amount
