"""Reads consignments of one order and finds out which part each plays. Writes nothing."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lsync.core.domain.consignment import ConsignmentStatus, ConsignmentView
from lsync.core.domain.family import Family, continues, is_split_off
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.receipt import NOTHING, received_totals
from lsync.core.domain.reference import generation_of
from lsync.core.lightspeed import Consignment, NotFound, XSeries
from lsync.core.store.consignments import DUPLICATE, PRIMARY, SPLIT
from lsync.core.sync.views import consignment_view
from lsync.core.sync.watermark import SUPPLIER

PAGE_SIZE = 500
MOST_STRANGERS = 5
"""Newest consignments of other references that are read to find a split-off; two calls each."""

Unowned = Callable[[Sequence[Consignment]], Awaitable[list[Consignment]]]


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
    unowned: Unowned,
) -> Sight:
    """Read the consignments ``ids`` and what a short receipt among them has split off.

    A stranger can only be judged beside the order's own consignment, which is then read too.
    ``unowned`` tells which consignments belong to no order here, also not by their reference.
    """
    expect = len(order.lines)
    if known is None:
        views, missing = await read_consignments(client, ids, expect=expect)
        return Sight(views=views, missing=missing, roles=_all(views, DUPLICATE))
    strangers = not known.ids.issuperset(ids)
    wanted = [known.primary.consignment_id, *ids] if strangers else ids
    views, missing = await read_consignments(client, wanted, expect=expect)
    fresh = known.refreshed(views)
    rest: tuple[ConsignmentView, ...] = ()
    if _came_short(views, known=known, lines=lines):
        listed = await _listed_since(client, views, known=known)
        unseen = [it.id for it in listed if _is_ours(it, order)]
        views = (*views, *(await read_consignments(client, unseen, expect=expect))[0])
        if not unseen:
            rest = await _rest(client, await unowned(listed), views, known=known, expect=expect)
    roles = {view.consignment_id: _role(view, fresh, lines=lines) for view in views}
    roles |= _all(rest, SPLIT)
    return Sight(views=(*views, *rest), missing=missing, roles=roles)


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


async def _listed_since(
    client: XSeries, views: Sequence[ConsignmentView], *, known: Family
) -> list[Consignment]:
    """Return the consignments beside the family that appeared or changed since its last look."""
    after = min(before.version for before in _just_received(views, known))
    pages = client.consignments.pages(type=SUPPLIER, after=after, page_size=PAGE_SIZE)
    seen = known.ids | {view.consignment_id for view in views}
    return [it async for page in pages for it in page.items if it.id not in seen]


def _is_ours(consignment: Consignment, order: PurchaseOrder) -> bool:
    return generation_of(consignment.reference, order_number=order.order_number) is not None


async def _rest(
    client: XSeries,
    unowned: Sequence[Consignment],
    views: Sequence[ConsignmentView],
    *,
    known: Family,
    expect: int,
) -> tuple[ConsignmentView, ...]:
    """Return the split-off that has another reference, if there is just one it can be."""
    received = {before.consignment_id for before in _just_received(views, known)}
    parents = [view for view in views if view.consignment_id in received]
    parties = {(parent.supplier_id, parent.outlet_id) for parent in parents}
    likely = [it.id for it in unowned if (it.supplier_id, it.outlet_id) in parties]
    found, _ = await read_consignments(client, likely[-MOST_STRANGERS:], expect=expect)
    fits = [it for it in found if any(continues(it, parent) for parent in parents)]
    return tuple(fits) if len(fits) == 1 else ()


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
