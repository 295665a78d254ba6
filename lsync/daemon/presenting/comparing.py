"""An order beside Lightspeed, its repair and its proof, as messages."""

from collections.abc import Mapping, Sequence

from lsync.core.control import messages as m
from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.diff import DiffLine
from lsync.core.domain.planned import Planned
from lsync.core.domain.problem import Problem, ProblemCode
from lsync.core.domain.proof import Proof
from lsync.core.store.consignments import DUPLICATE, PRIMARY, SPLIT
from lsync.core.sync.comparing import Compared
from lsync.daemon.presenting.orders import problem

ORPHAN = "orphan"
RECEIPT_DRIFTS: Mapping[ProblemCode, str] = {
    ProblemCode.SHORT_RECEIPT: "closed_short",
    ProblemCode.OVER_RECEIPT: "over_received",
}


def order_diff(compared: Compared) -> m.OrderDiff:
    """Line by line what was ordered, believed and found."""
    problems, lines = compared.problems, compared.diff
    shown = tuple(_line(each, problems) for each in lines)
    return m.OrderDiff(
        order_number=compared.order.order_number,
        state=compared.order.state,
        sync_state=compared.order.sync_state,
        held=compared.order.held,
        equal=not problems and not any(line.drifts for line in shown),
        lines=shown,
        consignments=tuple(_consignments(compared)),
        problems=tuple(problem(each) for each in problems),
    )


def _line(line: DiffLine, problems: Sequence[Problem]) -> m.DiffLine:
    receipts = [
        RECEIPT_DRIFTS[found.code]
        for found in problems
        if found.line_no is not None
        and found.line_no == line.line_no
        and found.code in RECEIPT_DRIFTS
    ]
    return m.DiffLine(
        label=line.label,
        product_id=line.product_id,
        line_no=line.line_no,
        ordered=line.ordered,
        believed=line.believed,
        there=line.there,
        received=line.received,
        cost_ordered=line.cost_ordered,
        cost_there=line.cost_there,
        drifts=(*(kind.value for kind in line.drifts), *receipts),
    )


def _consignments(compared: Compared) -> list[m.ConsignmentMessage]:
    seen = compared.seen
    family = [
        *((PRIMARY, each) for each in ([seen.primary] if seen else [])),
        *((SPLIT, each) for each in (seen.splits if seen else ())),
        *((DUPLICATE, each) for each in (seen.duplicates if seen else ())),
        *((ORPHAN, each) for each in compared.orphans),
    ]
    return [_consignment(role, view) for role, view in family]


def _consignment(role: str, view: ConsignmentView) -> m.ConsignmentMessage:
    return m.ConsignmentMessage(
        consignment_id=view.consignment_id,
        role=role,
        status=view.status,
        version=view.version,
        reference=view.reference,
    )


def plan_step(planned: Planned) -> m.PlanStep:
    """One step and the calls it costs."""
    return m.PlanStep(step=planned.step, description=planned.description, calls=planned.calls)


def order_proof(proof: Proof) -> m.OrderProof:
    """The chain and its sentence."""
    return m.OrderProof(
        order_number=proof.order_number,
        proven=proof.proven,
        sentence=proof.sentence,
        links=tuple(
            m.ProofLink(at=link.at, step=link.step, message=link.message, requests=link.requests)
            for link in proof.links
        ),
    )
