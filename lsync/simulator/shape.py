"""Reading the known fields of a JSON body: types, lengths, choices. Unknown fields are left out.

X-Series does not document how it treats them; leaving them out is what its own answers suggest.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from lsync.simulator.refusal import Refusal

Check = Callable[[Any, str], Any]
Shape = Mapping[str, Check]


def read_fields(body: Mapping[str, Any], shape: Shape, *, required: tuple[str, ...] = ()) -> Any:
    """The given fields of a shape, checked; refuses with 422 naming the first that is wrong."""
    for name in required:
        if body.get(name) is None:
            raise Refusal(422, f"{name} is required")
    return {name: check(body[name], name) for name, check in shape.items() if name in body}


def required_text(value: Any, name: str) -> str:
    """Text that is not empty."""
    if not isinstance(value, str) or not value:
        raise Refusal(422, f"{name} must be a text that is not empty")
    return value


def plain_text(value: Any, name: str) -> str:
    """Text."""
    if not isinstance(value, str):
        raise Refusal(422, f"{name} must be a text")
    return value


def text(value: Any, name: str) -> str | None:
    """Text or null."""
    return None if value is None else plain_text(value, name)


def flag(value: Any, name: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Refusal(422, f"{name} must be true or false")
    return value


def number(value: Any, name: str) -> float:
    """A finite JSON number; decimal strings are understood too."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Refusal(422, f"{name} must be a number")
    try:
        amount = float(value)
    except (ValueError, OverflowError):
        raise Refusal(422, f"{name} must be a number") from None
    if not math.isfinite(amount):
        raise Refusal(422, f"{name} must be a finite number")
    return amount


def optional_number(value: Any, name: str) -> float | None:
    """A number or null."""
    return None if value is None else number(value, name)


def objects(value: Any, name: str) -> list[dict[str, Any]]:
    """An array of objects; null is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Refusal(422, f"{name} must be an array of objects")
    return value


def one_object(value: Any, name: str) -> dict[str, Any]:
    """An object."""
    if not isinstance(value, dict):
        raise Refusal(422, f"{name} must be an object")
    return value


def texts(value: Any, name: str) -> list[str]:
    """An array of texts; null is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Refusal(422, f"{name} must be an array of texts")
    return value


def one_of(*choices: str) -> Check:
    """One of some texts."""

    def check(value: Any, name: str) -> str:
        if not isinstance(value, str) or value not in choices:
            raise Refusal(422, f"{name} must be one of {', '.join(choices)}")
        return value

    return check


def at_most(length: int) -> Check:
    """Text of a limited length, not empty."""

    def check(value: Any, name: str) -> str:
        if len(required_text(value, name)) > length:
            raise Refusal(422, f"{name} must not be longer than {length} characters")
        return str(value)

    return check
