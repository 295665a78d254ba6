"""Taking over the links an older integration left: which of them can be trusted. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.reference import generation_of
from lsync.core.domain.sanitise import visible


class LinkState(StrEnum):
    """What a link comes to."""

    ADOPT = "adopt"
    KNOWN = "known"
    """It is linked so already."""
    TWICE = "twice"
    """The order, or the consignment, is linked more than once."""
    CONFLICT = "conflict"
    """The order is linked to another consignment here."""
    NO_ORDER = "no_order"
    GONE = "gone"
    """Lightspeed has no supplier consignment of that id."""


DOUBTFUL = frozenset({LinkState.TWICE, LinkState.CONFLICT, LinkState.GONE})
"""What a person has to settle: until then nobody knows whether Lightspeed has the order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An order number and a consignment id, as the older integration kept them."""

    order_number: str
    consignment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLink:
    """A link and what it comes to. ``remark`` says why, or what is unusual."""

    link: Link
    state: LinkState
    remark: str = ""


def judge_links(
    links: Sequence[Link],
    orders: Mapping[str, PurchaseOrder],
    there: Mapping[str, ConsignmentView],
    *,
    owners: Mapping[str, str],
) -> tuple[JudgedLink, ...]:
    """Judge every link once, in the given order.

    ``there`` are Lightspeed's supplier consignments by id; ``owners`` the order numbers that
    consignments belong to here.
    """
    distinct = list(dict.fromkeys(links))
    by_order = Counter(link.order_number for link in distinct)
    by_consignment = Counter(link.consignment_id for link in distinct)
    return tuple(
        _judge(
            link,
            orders.get(link.order_number),
            there.get(link.consignment_id),
            owner=owners.get(link.consignment_id),
            twice=_twice(by_order[link.order_number], by_consignment[link.consignment_id]),
        )
        for link in distinct
    )


def doubts(judged: Sequence[JudgedLink]) -> dict[str, str]:
    """Return the order numbers whose links cannot be trusted, each with what is wrong."""
    found = [it for it in judged if it.state in DOUBTFUL]
    return {it.link.order_number: it.remark for it in reversed(found)}


def _twice(orders: int, consignments: int) -> str:
    if orders > 1:
        return f"the order is linked to {orders} consignments; keep the right one"
    if consignments > 1:
        return f"the consignment is linked to {consignments} orders; keep the right one"
    return ""


def _judge(
    link: Link,
    order: PurchaseOrder | None,
    there: ConsignmentView | None,
    *,
    owner: str | None,
    twice: str,
) -> JudgedLink:
    def judged(state: LinkState, remark: str = "") -> JudgedLink:
        return JudgedLink(link=link, state=state, remark=remark)

    if twice:
        return judged(LinkState.TWICE, twice)
    if order is None:
        return judged(LinkState.NO_ORDER, "there is no order of that number here")
    if order.consignment_id == link.consignment_id:
        return judged(LinkState.KNOWN)
    conflict = _conflict(link, order, owner)
    if conflict:
        return judged(LinkState.CONFLICT, conflict)
    if there is None:
        return judged(LinkState.GONE, "Lightspeed has no supplier consignment of that id")
    return judged(LinkState.ADOPT, _remark(link, there))


def _conflict(link: Link, order: PurchaseOrder, owner: str | None) -> str:
    if order.consignment_id is not None:
        return f"it is linked to {visible(order.consignment_id)} here"
    if owner is not None and owner != link.order_number:
        return f"the consignment belongs to {visible(owner)} here"
    return ""


def _remark(link: Link, there: ConsignmentView) -> str:
    status = f"it is {visible(there.status)}"
    if generation_of(there.reference, order_number=link.order_number):
        return status
    return f"{status}; its reference is {visible(there.reference or 'empty')}"
