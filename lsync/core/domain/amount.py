"""How quantities and money are written for people. Parsing is done where they come from."""

from decimal import Decimal


def plain(value: Decimal) -> str:
    """Return the digits without trailing zeros or exponent: ``10.00000`` becomes ``10``.

    What is no number at all is written as ``NaN`` or ``Infinity``.
    """
    if not value.is_finite():
        return str(value)
    digits = format(value, "f")
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits) if value else "0"
