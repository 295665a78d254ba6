"""The filter a person types: words to find, and ``name:value`` for the filters a list offers."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Query:
    """A filter. ``values`` are by the names the daemon knows; empty values are left out."""

    text: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Whether it keeps anything out."""
        return bool(self.text or self.values)

    def arguments(self) -> dict[str, str]:
        """Return it as arguments of the client's list methods."""
        return {**self.values, **({"text": self.text} if self.text else {})}


def parse_query(typed: str, *, names: Mapping[str, str]) -> Query:
    """Read a filter; ``names`` maps what may be typed before a colon to the daemon's name.

    A word with an unknown name before its colon is looked for as it stands, so that nothing
    typed is an error while it is being typed.
    """
    words: list[str] = []
    values: dict[str, str] = {}
    for word in _words(typed):
        name, colon, value = word.partition(":")
        if colon and value and name in names:
            values[names[name]] = value
        elif not (colon and name in names):
            words.append(word)
    return Query(" ".join(words), values)


def _words(typed: str) -> list[str]:
    try:
        return shlex.split(typed)
    except ValueError:
        return typed.split()


ORDER_NAMES = {
    "state": "state",
    "sync": "sync_state",
    "supplier": "supplier",
    "outlet": "outlet",
}
JOB_NAMES = {"state": "state", "type": "type", "priority": "priority"}
API_NAMES = {"order": "order"}
LOG_NAMES = {"order": "order", "status": "status", "operation": "operation"}
