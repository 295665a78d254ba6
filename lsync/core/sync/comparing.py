"""Reads everything Lightspeed has of one order and puts it beside the order. Writes nothing."""

from dataclasses import dataclass

from lsync.core.domain.consignment import ConsignmentStatus, ConsignmentView
from lsync.core.domain.diff import DiffLine, diff
from lsync.core.domain.family import Family, assess, known_lines
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.problem import Problem
from lsync.core.domain.push import Step
from lsync.core.domain.reference import generation_of, reference_of
from lsync.core.domain.remote_problem import consignment_missing, orphan_consignment
from lsync.core.lightspeed import XSeries
from lsync.core.store import catalogue, consignments, orders, pushes
from lsync.core.store.orders import stored_id
from lsync.core.sync import recording
from lsync.core.sync.attribution import working
from lsync.core.sync.engine import Engine
from lsync.core.sync.pull_reading import read_consignments
from lsync.core.sync.views import consignment_view
from lsync.core.sync.watermark import PAGE_SIZE, SUPPLIER, watermark


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """An order, its lines in Lightspeed's ids, the family on record and as just read.

    ``seen`` is ``None`` when Lightspeed has no consignment of the order (any more). ``carriers``
    are all consignments listed after the version ``listed_after`` that carry its reference, in any
    generation; those of them that are not on record are ``orphans``, with their lines.
    """

    order: PurchaseOrder
    lines: tuple[ResolvedLine, ...]
    believed: Family | None
    seen: Family | None
    missing: tuple[str, ...] = ()
    step: Step | None = None
    listed_after: int = 0
    carriers: tuple[ConsignmentView, ...] = ()
    orphans: tuple[ConsignmentView, ...] = ()

    @property
    def consignments(self) -> tuple[ConsignmentView, ...]:
        """Every consignment that was read."""
        return (*self.seen.members, *self.seen.duplicates) if self.seen else ()

    @property
    def diff(self) -> tuple[DiffLine, ...]:
        """The comparison line by line."""
        return diff(self.lines, believed=self.believed, seen=self.seen)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What differs, in words."""
        found = [consignment_missing(it) for it in self.missing]
        found += [orphan_consignment(it.consignment_id, status=it.status) for it in self.orphans]
        if self.seen is None:
            return tuple(found)
        return (*found, *assess(self.order, self.lines, self.seen).problems)


async def compare_order(
    engine: Engine, order_number: str, *, job_id: int | None = None, urgent: bool = False
) -> Compared | None:
    """Read the order's consignments and list what else carries its reference.

    Costs two calls for each consignment on record and two for the list (more when a thousand
    consignments came after the order's). ``urgent``: a person waits, so the budget's reserve may
    be used. None if there is no such order.
    """
    with working(job_id=job_id, order_number=order_number):
        async with engine.database.read() as tx:
            order = await orders.find(tx, order_number)
            if order is None:
                return None
            believed = await recording.family_of(tx, order)
            lines = known_lines(order, await catalogue.facts_for(tx, [order]))
            push = await pushes.current(tx, stored_id(order))
            armed_after = await pushes.lowest_watermark(tx, stored_id(order))
            lowest = await consignments.lowest_version(tx, reference_of(order_number))
        after = await watermark(engine) if armed_after is None else armed_after
        after = after if lowest is None else min(after, lowest - 1)
        client = engine.client.scoped(urgent=urgent, max_wait=engine.rules.budget_wait)
        known = sorted(believed.ids) if believed else []
        expect = len(order.lines)
        views, missing = await read_consignments(client, known, expect=expect)
        carriers = await _carriers(client, order, after=after)
        strange = [
            it.consignment_id
            for it in carriers
            if it.consignment_id not in known and it.known_status is not ConsignmentStatus.CANCELLED
        ]
        orphans, _ = await read_consignments(client, strange, expect=expect)
    gone = believed is None or believed.primary.consignment_id in missing
    return Compared(
        order=order,
        lines=lines,
        believed=believed,
        seen=None if believed is None or gone else believed.refreshed(views),
        missing=missing,
        step=Step(push.step) if push else None,
        listed_after=after,
        carriers=carriers,
        orphans=orphans,
    )


async def _carriers(
    client: XSeries, order: PurchaseOrder, *, after: int
) -> tuple[ConsignmentView, ...]:
    """List the SUPPLIER consignments after a version that carry the order's reference."""
    pages = client.consignments.pages(type=SUPPLIER, after=after, page_size=PAGE_SIZE)
    found = {
        consignment.id: consignment_view(consignment)
        async for page in pages
        for consignment in page.items
        if generation_of(consignment.reference, order_number=order.order_number)
        and consignment.deleted_at is None
    }
    return tuple(found.values())
