"""Reads consignments of one order and finds out which part each plays. Writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lsync.core.domain.consignment import ConsignmentStatus, ConsignmentView
from lsync.core.domain.family import Family, is_split_off
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.receipt import NOTHING, received_totals
from lsync.core.domain.reference import generation_of
from lsync.core.lightspeed import NotFound, XSeries
from lsync.core.store.consignments import DUPLICATE, PRIMARY, SPLIT
from lsync.core.sync.views import consignment_view
from lsync.core.sync.watermark import SUPPLIER

PAGE_SIZE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What was read: consignments with lines, the role of each, and ids that are gone."""

    views: tuple[ConsignmentView, ...]
    missing: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)


async def look_at(
    client: XSeries,
    ids: Sequence[str],
    *,
    known: Family | None,
    order: PurchaseOrder,
    lines: Sequence[ResolvedLine],
) -> Sight:
    """Read the consignments ``ids`` and what a short receipt among them has split off.

    A stranger can only be judged beside the order's own consignment, which is then read too.
    """
    expect = len(order.lines)
    if known is None:
        views, missing = await read_consignments(client, ids, expect=expect)
        return Sight(views=views, missing=missing, roles=_all(views, DUPLICATE))
    strangers = not known.ids.issuperset(ids)
    wanted = [known.primary.consignment_id, *ids] if strangers else ids
    views, missing = await read_consignments(client, wanted, expect=expect)
    fresh = known.refreshed(views)
    if _came_short(views, known=known, lines=lines):
        unseen = await _unseen(client, views, known=known, order=order)
        views = (*views, *(await read_consignments(client, unseen, expect=expect))[0])
    roles = {view.consignment_id: _role(view, fresh, lines=lines) for view in views}
    return Sight(views=views, missing=missing, roles=roles)


async def read_consignments(
    client: XSeries, ids: Sequence[str], *, expect: int
) -> tuple[tuple[ConsignmentView, ...], tuple[str, ...]]:
    """Return the consignments with their lines, and the ids under which there is none."""
    views, missing = [], []
    for consignment_id in dict.fromkeys(ids):
        try:
            consignment = await client.consignments.get(consignment_id)
            lines = await client.consignments.lines(consignment_id, expect=expect)
        except NotFound:
            missing.append(consignment_id)
        else:
            views.append(consignment_view(consignment, lines))
    return tuple(views), tuple(missing)


def _came_short(
    views: Sequence[ConsignmentView], *, known: Family, lines: Sequence[ResolvedLine]
) -> bool:
    """Whether a consignment was finished since the last look and something is still lacking."""
    if not _just_received(views, known):
        return False
    totals = received_totals(known.refreshed(views).members)
    return any(totals.get(line.product_id, NOTHING) < line.quantity for line in lines)


def _just_received(views: Sequence[ConsignmentView], known: Family) -> list[ConsignmentView]:
    """Return what was known before of each consignment that is RECEIVED since."""
    finished = {
        view.consignment_id for view in views if view.known_status is ConsignmentStatus.RECEIVED
    }
    return [
        before
        for before in known.members
        if before.consignment_id in finished
        and before.known_status is not ConsignmentStatus.RECEIVED
    ]


async def _unseen(
    client: XSeries, views: Sequence[ConsignmentView], *, known: Family, order: PurchaseOrder
) -> list[str]:
    """Return the ids of consignments with the order's reference that appeared since."""
    after = min(before.version for before in _just_received(views, known))
    pages = client.consignments.pages(type=SUPPLIER, after=after, page_size=PAGE_SIZE)
    ours = [
        consignment.id
        async for page in pages
        for consignment in page.items
        if generation_of(consignment.reference, order_number=order.order_number)
    ]
    read = {view.consignment_id for view in views}
    return [it for it in ours if it not in known.ids and it not in read]


def _role(view: ConsignmentView, fresh: Family, *, lines: Sequence[ResolvedLine]) -> str:
    if view.consignment_id == fresh.primary.consignment_id:
        return PRIMARY
    if view.consignment_id in {it.consignment_id for it in fresh.splits}:
        return SPLIT
    if view.consignment_id in fresh.ids:
        return DUPLICATE
    return SPLIT if is_split_off(view, family=fresh, lines=lines) else DUPLICATE


def _all(views: Sequence[ConsignmentView], role: str) -> dict[str, str]:
    return {view.consignment_id: role for view in views}
