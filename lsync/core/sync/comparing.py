"""Reads everything Lightspeed has of one order and puts it beside the order. Writes nothing."""

from dataclasses import dataclass

from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.diff import DiffLine, diff
from lsync.core.domain.family import Family, assess, known_lines
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.problem import Problem
from lsync.core.domain.remote_problem import consignment_missing
from lsync.core.store import catalogue, orders
from lsync.core.sync import recording
from lsync.core.sync.attribution import working
from lsync.core.sync.engine import Engine
from lsync.core.sync.pull_reading import read_consignments


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """An order, its lines in Lightspeed's ids, the family on record and as just read.

    ``seen`` is ``None`` when Lightspeed has no consignment of the order (any more).
    """

    order: PurchaseOrder
    lines: tuple[ResolvedLine, ...]
    believed: Family | None
    seen: Family | None
    missing: tuple[str, ...] = ()

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
        gone = tuple(consignment_missing(it) for it in self.missing)
        if self.seen is None:
            return gone
        return (*gone, *assess(self.order, self.lines, self.seen).problems)


async def compare_order(
    engine: Engine, order_number: str, *, job_id: int | None = None
) -> Compared | None:
    """Read the order's consignments, two calls each; None if there is no such order."""
    with working(job_id=job_id, order_number=order_number):
        async with engine.database.read() as tx:
            order = await orders.find(tx, order_number)
            if order is None:
                return None
            believed = await recording.family_of(tx, order)
            lines = known_lines(order, await catalogue.facts_for(tx, [order]))
        if believed is None:
            return Compared(order=order, lines=lines, believed=None, seen=None)
        client = engine.client.scoped(max_wait=engine.rules.budget_wait)
        views, missing = await read_consignments(
            client, sorted(believed.ids), expect=len(order.lines)
        )
    gone = believed.primary.consignment_id in missing
    return Compared(
        order=order,
        lines=lines,
        believed=believed,
        seen=None if gone else believed.refreshed(views),
        missing=missing,
    )
