"""In which order several workers run the tests: those that start real processes come first.

They take longest and often wait. Left to the end, one worker would still be at them when the
others have nothing left to do; begun by all workers at once, the many quick tests fill the rest.
"""

from collections.abc import Hashable, Sequence
from itertools import cycle
from typing import TypeVar

T = TypeVar("T")


def spread(
    quick: Sequence[T], slow: Sequence[T], *, modules: Sequence[Hashable], workers: int
) -> list[T]:
    """Return one share per worker, one after the other, the slow items first in each.

    ``modules`` tell where each of the ``slow`` items is from: those of one module stay together,
    as they share what it has started. pytest-xdist gives each worker an equal part of the list
    at first, so the shares are made as long as those.
    """
    groups: dict[Hashable, list[T]] = {}
    for item, module in zip(slow, modules, strict=True):
        groups.setdefault(module, []).append(item)
    shares: list[list[T]] = [[] for _ in range(workers)]
    for share, group in zip(cycle(shares), sorted(groups.values(), key=len), strict=False):
        share.extend(group)
    left, rest = len(quick) + len(slow), list(quick)
    for number, share in enumerate(shares):
        size = left // (workers - number)
        filling = max(0, size - len(share))
        share.extend(rest[:filling])
        rest = rest[filling:]
        left -= size
    return [item for share in shares for item in share] + rest
