"""How quantities and money are written for people. Parsing is done where they come from."""

from decimal import Decimal


def plain(value: Decimal) -> str:
    """Return the digits without trailing zeros or exponent: ``10.00000`` becomes ``10``."""
    return format(value.normalize(), "f") if value else "0"
