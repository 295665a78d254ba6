"""Quantities and money in plain digits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.amount import plain


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("4.00000", "4"),
        ("4.25000", "4.25"),
        ("600", "600"),
        ("6E+2", "600"),
        ("-0.00", "0"),
        ("-1.50", "-1.5"),
        ("0.00001", "0.00001"),
        ("1E-5", "0.00001"),
        ("NaN", "NaN"),
        ("sNaN", "sNaN"),
        ("-Infinity", "-Infinity"),
        ("12345678901234567890123456789012345.10", "12345678901234567890123456789012345.1"),
    ],
)
def test_digits_are_plain(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=5))
def test_no_digit_is_lost(value: Decimal) -> None:
    assert Decimal(plain(value)) == value
