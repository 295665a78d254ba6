"""Operations and the routing table that finds one by method and path."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from lsync.simulator.api.call import Answer, Call
from lsync.simulator.refusal import Refusal
from lsync.simulator.world import World

OLDEST: Final = "2026-01"
CURRENT: Final = frozenset({"2026-01", "2026-04", "2026-07"})
FORMS: Final = "0.9"
LEGACY: Final = frozenset({"2.0"})
BOTH: Final = CURRENT | LEGACY

_DATED: Final = re.compile(r"\d{4}-\d{2}")

Handler = Callable[..., Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the API, by the operationId of the published document.

    The handler takes the world, the call and the path parameters in order.
    """

    name: str
    method: str
    path: str
    handler: Handler
    scope: str | None = None
    versions: frozenset[str] = BOTH

    @property
    def pattern(self) -> tuple[str, ...]:
        """Path segments; parameters are empty strings."""
        return tuple(
            "" if part.startswith("{") else part for part in self.path.strip("/").split("/")
        )


def operation(
    name: str,
    route: str,
    handler: Handler,
    *,
    scope: str | None = None,
    versions: frozenset[str] = BOTH,
) -> Operation:
    """An operation from a route such as `GET /outlets/{outlet_id}`."""
    method, _, path = route.partition(" ")
    return Operation(
        name=name, method=method, path=path, handler=handler, scope=scope, versions=versions
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An operation and the values of its path parameters."""

    operation: Operation
    parameters: tuple[str, ...]

    def execute(self, world: World, call: Call) -> Answer:
        """Carry the operation out."""
        return self.operation.handler(world, call, *self.parameters)


def place(path: str) -> tuple[str, tuple[str, ...]]:
    """The version that answers a path, and the segments behind it.

    A version past its end is silently served by the oldest supported one; a path without a
    version belongs to 0.9. Outside `/api` there is no version, and nothing to find.
    """
    root, _, rest = path.removeprefix("/").partition("/")
    if root != "api":
        return "", ()
    first, *others = rest.split("/")
    if not first[:1].isdigit():
        return FORMS, (first, *others)
    if _DATED.fullmatch(first) and first < OLDEST:
        first = OLDEST
    return first, tuple(others)


class Router:
    """Finds operations. Literal segments win over parameters."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.operations = tuple(operations)
        self._by_shape: dict[tuple[int, str], list[tuple[tuple[str, ...], Operation]]] = {}
        for operation in self.operations:
            pattern = operation.pattern
            self._by_shape.setdefault((len(pattern), pattern[0]), []).append((pattern, operation))
        for candidates in self._by_shape.values():
            candidates.sort(key=lambda candidate: candidate[0].count(""))

    def find(self, call: Call) -> Match:
        """The operation of a call; refuses with 404 or 405."""
        known_path = False
        first = call.segments[0] if call.segments else ""
        for pattern, operation in self._by_shape.get((len(call.segments), first), ()):
            if call.version not in operation.versions:
                continue
            parameters = _fit(pattern, call.segments)
            if parameters is None:
                continue
            known_path = True
            if operation.method == call.method:
                return Match(operation=operation, parameters=parameters)
        if known_path:
            raise Refusal(405, f"{call.method} is not offered here")
        raise Refusal(404, f"there is nothing at {call.path}")


def _fit(pattern: tuple[str, ...], segments: tuple[str, ...]) -> tuple[str, ...] | None:
    parameters = []
    for part, given in zip(pattern, segments, strict=True):
        if not part:
            parameters.append(given)
        elif part != given:
            return None
    return tuple(parameters)
