"""Ids that a seed decides: the same seed and the same calls give the same ids."""

import uuid

_ROOT = uuid.UUID("6f1d3c52-51a4-5d0e-9a57-0d5f2b8f6c10")


class IdSource:
    """Makes ids: named ones for the catalogue, counted ones for what is created later."""

    def __init__(self, *, seed: int) -> None:
        self._root = uuid.uuid5(_ROOT, str(seed))
        self._made: dict[str, int] = {}

    def named(self, kind: str, name: str) -> str:
        """The id that belongs to a name."""
        return str(uuid.uuid5(self._root, f"{kind}/{name}"))

    def new(self, kind: str) -> str:
        """The next id of a kind."""
        count = self._made.get(kind, 0) + 1
        self._made[kind] = count
        return str(uuid.uuid5(self._root, f"{kind}#{count}"))
