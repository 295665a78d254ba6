"""Which states a word in a filter may mean. Looking for the word elsewhere is the caller's."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

State = TypeVar("State", bound=StrEnum)

SHORTEST = 4
"""Letters from which a word may begin a state: shorter ones begin too many order numbers."""


def states_meant(text: str, states: Iterable[State]) -> tuple[State, ...]:
    """Return the states that ``text`` names or begins: ``fail`` means ``failed``.

    Upper case, and spaces or hyphens for underscores, make no difference.
    """
    word = "_".join(text.casefold().replace("-", " ").split())
    if len(word) < SHORTEST:
        return ()
    return tuple(state for state in states if state.value.startswith(word))
