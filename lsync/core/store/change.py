"""What a commit makes true, and which engine it was made true on."""

from typing import Literal, NamedTuple

Dialect = Literal["sqlite", "mysql"]


class Change(NamedTuple):
    """Something that a commit has made true: its kind (``job``, ``order``, …) and its key.

    A tuple: a busy queue makes and compares tens of thousands of them a second.
    """

    kind: str
    key: str


WORK = Change(kind="work", key="")
"""Said beside the change of a job when there may be something new to claim."""
