"""What a commit makes true, and which engine it was made true on."""

from dataclasses import dataclass
from typing import Literal

Dialect = Literal["sqlite", "mysql"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that a commit has made true: its kind (``job``, ``order``, …) and its key."""

    kind: str
    key: str


WORK = Change(kind="work", key="")
"""Said beside the change of a job when there may be something new to claim."""
