"""Split-offs that show only after their order was recorded as short: which is whose. Pure.

What is split off while its parent is being pulled is found there; this is for what came later.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lsync.core.domain.consignment import ConsignmentStatus, ConsignmentView
from lsync.core.domain.family import continues, may_continue


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """An order and its received consignment, ``parent``, that came without something."""

    order_id: int
    order_number: str
    parent: ConsignmentView


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A consignment of no order that holds just what ``order_number`` came without."""

    order_id: int
    order_number: str
    parent_id: str
    stranger: ConsignmentView


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """``certain``: each belongs to its order. ``doubtful``: it fits more orders, or is not alone.

    A consignment that fits no order is in neither.
    """

    certain: tuple[Found, ...] = ()
    doubtful: tuple[Found, ...] = ()

    def rivals_of(self, found: Found) -> tuple[str, ...]:
        """The other consignments that hold what the same order came without."""
        same = [it for it in self.doubtful if it.order_id == found.order_id]
        names = {it.stranger.consignment_id for it in same} - {found.stranger.consignment_id}
        return tuple(sorted(names))

    def other_orders(self, found: Found) -> tuple[str, ...]:
        """The other orders that the same consignment fits."""
        name = found.stranger.consignment_id
        same = [it for it in self.doubtful if it.stranger.consignment_id == name]
        return tuple(sorted({it.order_number for it in same} - {found.order_number}))


def is_worth_a_look(
    stranger: ConsignmentView, short: Iterable[Short], *, compared: bool = False
) -> bool:
    """Whether it may be what one of the orders came without, as far as can be told unread.

    A cancelled one is not; but if it was ``compared`` before, it stood in another's way perhaps.
    """
    if stranger.known_status is ConsignmentStatus.CANCELLED and not compared:
        return False
    return any(may_continue(stranger, each.parent) for each in short)


def allot(strangers: Iterable[ConsignmentView], short: Sequence[Short]) -> Allotment:
    """Give each consignment to the one order that it fits, if it is the only one that fits it."""
    found = {
        (stranger.consignment_id, each.order_id): Found(
            order_id=each.order_id,
            order_number=each.order_number,
            parent_id=each.parent.consignment_id,
            stranger=stranger,
        )
        for stranger in strangers
        if stranger.known_status is not ConsignmentStatus.CANCELLED
        for each in short
        if continues(stranger, each.parent)
    }
    orders: dict[str, set[int]] = defaultdict(set)
    heirs: dict[int, set[str]] = defaultdict(set)
    for consignment_id, order_id in found:
        orders[consignment_id].add(order_id)
        heirs[order_id].add(consignment_id)

    def is_alone(key: tuple[str, int]) -> bool:
        return len(orders[key[0]]) == len(heirs[key[1]]) == 1

    return Allotment(
        certain=tuple(each for key, each in found.items() if is_alone(key)),
        doubtful=tuple(each for key, each in found.items() if not is_alone(key)),
    )
