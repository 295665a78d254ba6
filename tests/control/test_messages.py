"""What every message of the control protocol has in common."""

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest

from lsync.core.control import messages as m
from lsync.core.control.messages.base import Amount


def every_message(base: type[m.Message] = m.Message) -> Iterator[type[m.Message]]:
    for each in base.__subclasses__():
        yield each
        yield from every_message(each)


def test_a_message_is_loaded_when_it_is_named_and_no_other_name_is() -> None:
    assert all(getattr(m, name) for name in m.__all__)
    with pytest.raises(AttributeError, match="NoSuchMessage"):
        _ = m.NoSuchMessage  # type: ignore[attr-defined]  # that is what is tried
    code = "import sys, lsync.core.control.client; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert "lsync.core.control.client" in loaded
    assert "lsync.core.control.messages.orders" not in loaded


def bare_decimals(hint: Any) -> bool:
    """Whether a type holds a Decimal that is not an ``Amount``."""
    if hint is Decimal:
        return True
    if get_origin(hint) is Annotated:
        return False
    return any(bare_decimals(part) for part in get_args(hint))


def test_every_number_of_every_message_is_written_in_plain_digits() -> None:
    for name in m.__all__:
        getattr(m, name)
    found = [
        f"{message.__name__}.{name}"
        for message in every_message()
        for name, hint in get_type_hints(message, include_extras=True).items()
        if message.__module__.startswith("lsync.") and bare_decimals(hint)
    ]
    assert found == [], "these print 4.00000 or 4E+2; they should be Amount"


def test_an_amount_keeps_its_value_and_loses_its_zeros() -> None:
    class Sample(m.Message):
        amount: Amount
        none: Amount | None = None

    assert Sample(amount=Decimal("4.00000")).model_dump_json() == '{"amount":"4","none":null}'
    assert Sample(amount=Decimal("6E+2")).model_dump(mode="json")["amount"] == "600"
    assert Sample.model_validate_json('{"amount":"NaN"}').amount.is_nan()
    assert Sample(amount=Decimal("4.10")).amount == Decimal("4.1")
