"""What a route is expected to answer, as validators that are built once; and an order's path."""

from functools import cache
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import TypeAdapter

Answer = TypeVar("Answer")


def one(message: type[Answer]) -> TypeAdapter[Answer]:
    """Expect one message."""
    return _adapter(message)  # type: ignore[arg-type]  # mypy takes no generic class as hashable


def many(message: type[Answer]) -> TypeAdapter[tuple[Answer, ...]]:
    """Expect a list of messages."""
    return _adapter(tuple[message, ...])  # type: ignore[valid-type]  # built from a value


@cache
def _adapter(expected: Any) -> TypeAdapter[Any]:
    """Adapters compile a schema."""
    return TypeAdapter(expected)


def order_path(order_number: str) -> str:
    """Return the path of an order; its number may hold anything."""
    return f"/v1/purchase-orders/{quote(order_number, safe='')}"
