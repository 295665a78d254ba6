"""Orders, their problems and their consignments as messages."""

from collections.abc import Sequence
from dataclasses import dataclass

from lsync.core.control import messages as m
from lsync.core.domain.goods import Counted
from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.problem import Problem
from lsync.core.domain.records import SyncLogEntry
from lsync.core.store.consignments import FamilyMember
from lsync.core.store.orders import ListedOrder
from lsync.daemon.presenting.goods import goods_lines
from lsync.daemon.presenting.records import log_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOrder:
    """Everything the store knows of one order."""

    order: PurchaseOrder
    family: Sequence[FamilyMember] = ()
    log: Sequence[SyncLogEntry] = ()
    last_error: str | None = None
    push_step: str | None = None
    api_calls: int = 0
    counted: Sequence[Counted] = ()
    waits: Sequence[str] = ()
    foreseen: Sequence[Problem] = ()


def problem(found: Problem) -> m.ProblemMessage:
    """A problem with its code and its fix."""
    return m.ProblemMessage(
        code=found.code,
        message=found.message,
        fix=found.fix,
        severity=found.severity,
        line_no=found.line_no,
    )


def order_summary(listed: ListedOrder) -> m.OrderSummary:
    """An order in a list."""
    order = listed.order
    return m.OrderSummary(
        order_number=order.order_number,
        state=order.state,
        sync_state=order.sync_state,
        supplier=order.supplier,
        outlet=order.outlet,
        lines=listed.lines,
        ordered=listed.ordered,
        received=listed.received,
        consignment_ids=_ids(order, listed.consignment_ids),
        due_date=order.due_date,
        held=order.held,
        revision=order.revision,
        problems=tuple(problem(each) for each in order.problems),
        created_at=order.created_at,
        updated_at=order.updated_at,
        last_synced_at=order.last_synced_at,
    )


def order_detail(known: KnownOrder) -> m.OrderDetail:
    """One order whole."""
    order = known.order
    return m.OrderDetail(
        order_number=order.order_number,
        state=order.state,
        sync_state=order.sync_state,
        supplier=order.supplier,
        outlet=order.outlet,
        lines=tuple(_line(each) for each in order.lines),
        ordered=order.ordered,
        received=order.received,
        consignment_ids=_ids(order, [each.view.consignment_id for each in known.family]),
        consignments=tuple(_consignment(each) for each in _own_first(order, known.family)),
        due_date=order.due_date,
        supplier_invoice=order.supplier_invoice,
        note=order.note,
        held=order.held,
        revision=order.revision,
        problems=tuple(problem(each) for each in order.problems),
        warnings=tuple(problem(each) for each in known.foreseen),
        last_error=known.last_error,
        push_step=known.push_step,
        approved_at=order.approved_at,
        created_at=order.created_at,
        updated_at=order.updated_at,
        last_synced_at=order.last_synced_at,
        log=tuple(log_entry(each) for each in known.log),
        api_calls=known.api_calls,
        goods=goods_lines(order, known.counted),
        waits=tuple(known.waits),
    )


def _line(line: OrderLine) -> m.LineMessage:
    return m.LineMessage(
        line_no=line.line_no,
        sku=line.sku,
        product_id=line.product_id,
        name=line.name,
        quantity=line.quantity,
        unit_cost=line.unit_cost,
        received=line.received,
    )


def _consignment(member: FamilyMember) -> m.ConsignmentMessage:
    return m.ConsignmentMessage(
        consignment_id=member.view.consignment_id,
        role=member.role,
        status=member.view.status,
        version=member.view.version,
        reference=member.view.reference,
        observed_at=member.observed_at,
    )


def _own_first(order: PurchaseOrder, family: Sequence[FamilyMember]) -> list[FamilyMember]:
    return sorted(family, key=lambda each: each.view.consignment_id != order.consignment_id)


def _ids(order: PurchaseOrder, family: Sequence[str]) -> tuple[str, ...]:
    """The family, the order's own first; before it is read the one that the order names."""
    own = order.consignment_id
    if family or own is None:
        return tuple(sorted(family, key=lambda each: each != own))
    return (own,)
