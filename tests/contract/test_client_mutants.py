"""Answers that break the contract somewhere: read anyway or rejected, never a crash."""

from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import pytest

from lsync.core.lightspeed import LightspeedError, OutcomeUnknown, SchemaError, XSeries
from tests.lightspeed.contract import ContractPeer, dated, legacy, selling

from .test_client_dated import OPERATIONS, client
from .test_client_selling import ALIKE, SELLING

Doing = Callable[[XSeries], Awaitable[Any]]

MUTANTS_PER_OPERATION = 45
REPLACEMENTS: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**70,
    1.5,
    "",
    "text",
    "\x1b[2J",
    [],
    {},
    [[]],
    {"data": {}},
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something can be changed."""
    children = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, child in children:
        found.append((*path, key))
        if isinstance(child, dict | list):
            found += places(child, (*path, key))
    return found


def mutated(value: Any, random: Random) -> Any:
    """The value with one place removed or holding something else."""
    where = places(value) if isinstance(value, dict | list) else []
    if not where:
        return random.choice(REPLACEMENTS)
    *above, last = random.choice(where)
    parent = value
    for step in above:
        parent = parent[step]
    if random.random() < 0.3:
        del parent[last]
    else:
        parent[last] = random.choice(REPLACEMENTS)
    return value


DRIVEN = {
    **{("stock", name): (dated(), doing) for name, doing in OPERATIONS.items()},
    **{("selling", name): (selling(), doing) for name, doing in SELLING.items()},
    **{("alike", name): (legacy(), doing) for name, doing in ALIKE.items()},
}


@pytest.mark.parametrize(("family", "name"), sorted(DRIVEN))
async def test_one_wrong_place_never_crashes(family: str, name: str) -> None:
    random = Random(name)
    document, doing = DRIVEN[family, name]
    peer = ContractPeer(
        document,
        items={"Search": "Product"},
        spoil=lambda value: mutated(value, random),
        # What was misread may be sent back: a PUT repeats what it found.
        validates=False,
    )
    errors = [await outcome(doing, peer) for _ in range(MUTANTS_PER_OPERATION)]
    assert all(isinstance(error, OutcomeUnknown | SchemaError | None) for error in errors)
    assert all(str(error).isprintable() for error in errors)


async def outcome(doing: Doing, peer: ContractPeer) -> LightspeedError | None:
    async with client(peer) as api:
        try:
            await doing(api)
        except LightspeedError as error:
            return error
    return None
