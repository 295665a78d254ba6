"""From JSON to models: the shapes that answers have. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from pydantic import ValidationError

from lsync.core.lightspeed.models.entity import Entity
from lsync.core.lightspeed.wire import INFORMS, Json

T = TypeVar("T")
E = TypeVar("E", bound=Entity)

Reader = Callable[[Json], T]
"""Turns the JSON of an answer into what the caller gets; raises MalformedError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """An element of a list that breaks the contract and was left out.

    `kind` is the name of its model; `id` is None where not even that can be read.
    """

    kind: str
    id: str | None
    why: str
    paths: tuple[str, ...]


Quarantine = Callable[[Quarantined], None]
"""Told of every element that is left out of a list."""


class MalformedError(ValueError):
    """JSON that is not what the contract describes; `paths` are the places."""

    def __init__(self, message: str, *, paths: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.paths = paths


def model(kind: type[E], value: Json, *, path: str = "data") -> E:
    """One entity; MalformedError names every field that does not fit.

    Fields that only inform are left out where they do not fit.
    """
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
    spoilt = {item["loc"][0] for item in found if item["loc"]}
    if spoilt and spoilt <= informing_fields(kind):
        return kind.model_validate({name: value[name] for name in value if name not in spoilt})
    places = [".".join([path, *(str(step) for step in item["loc"])]) for item in found]
    told = "; ".join(f"{at}: {item['msg']}" for at, item in zip(places[:3], found, strict=False))
    raise MalformedError(told, paths=tuple(places))


@cache
def informing_fields(kind: type[Entity]) -> frozenset[str | int]:
    """The names on the wire of fields that nothing depends on."""
    return frozenset(
        field.alias or name
        for name, field in kind.model_fields.items()
        if INFORMS in field.metadata
    )


def one(kind: type[E]) -> Reader[E]:
    """Reads `{"data": {…}}`."""
    return lambda value: model(kind, data_of(value))


def many(kind: type[E]) -> Reader[tuple[E, ...]]:
    """Reads `{"data": […]}` or a bare array."""
    return lambda value: items_of(kind, list_of(value))


def anything(value: Json) -> None:
    """For answers whose content says nothing reliable; the status was what mattered."""


def data_of(value: Json) -> Json:
    """What is inside the envelope; an object without one is taken as it is."""
    return value["data"] if isinstance(value, dict) and "data" in value else value


def list_of(value: Json) -> list[Json]:
    """The array inside the envelope."""
    inner = data_of(value)
    if not isinstance(inner, list):
        raise MalformedError("data: expected an array", paths=("data",))
    return inner


def items_of(kind: type[E], found: list[Json], *, path: str = "data") -> tuple[E, ...]:
    """Each element as an entity; Malformed names the index."""
    return tuple(model(kind, item, path=f"{path}.{index}") for index, item in enumerate(found))


def readable_items_of(
    kind: type[E], found: list[Json], *, quarantine: Quarantine | None
) -> tuple[E, ...]:
    """The same, but with a quarantine what breaks the contract goes there instead of raising."""
    if quarantine is None:
        return items_of(kind, found)
    items = []
    for index, item in enumerate(found):
        try:
            items.append(model(kind, item, path=f"data.{index}"))
        except MalformedError as error:
            quarantine(_quarantined(kind, item, error))
    return tuple(items)


def _quarantined(kind: type[E], item: Json, error: MalformedError) -> Quarantined:
    found = item.get("id") if isinstance(item, dict) else None
    known = found if isinstance(found, str) and len(found) <= 100 else None
    return Quarantined(kind=kind.__name__, id=known, why=str(error), paths=error.paths)


def identifier(value: Json) -> str:
    """Reads `{"data": "id"}` or `{"data": {"id": "id"}}`, as creating a supplier answers."""
    inner = data_of(value)
    found = inner.get("id") if isinstance(inner, dict) else inner
    if not isinstance(found, str) or not found:
        raise MalformedError("data: expected an id", paths=("data",))
    return found


def identifiers(value: Json) -> tuple[str, ...]:
    """Reads `{"data": ["id", …]}`, as creating a product answers."""
    return tuple(identifier(item) for item in list_of(value))
