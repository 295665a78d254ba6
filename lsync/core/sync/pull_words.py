"""What a pull brought, as one sentence of the sync log."""

from collections.abc import Sequence

from lsync.core.domain.amount import plain
from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.family import Assessment
from lsync.core.domain.order import PurchaseOrder, SyncState
from lsync.core.domain.records import LogStatus
from lsync.core.domain.sanitise import visible
from lsync.core.sync.said import Said


def tell_pull(
    order: PurchaseOrder,
    views: Sequence[ConsignmentView],
    *,
    assessed: Assessment | None,
    missing: Sequence[str] = (),
) -> Said:
    """Say what was read of ``order`` (as it was before) and what it became.

    What matters comes first, long ids last: a list shows the beginning only.
    """
    parts = [] if assessed is None else _changes(order, assessed)
    parts += [
        f"{visible(view.status)}: consignment {visible(view.consignment_id)}" for view in views
    ]
    parts += [f"gone: consignment {visible(it)}" for it in missing]
    differs = assessed is not None and assessed.sync_state is SyncState.DRIFTED
    return Said(
        step="pull",
        message="; ".join(parts) or "Older than what is known: ignored",
        status=LogStatus.WARNING if differs or missing else LogStatus.OK,
        detail={"problems": [problem.code.value for problem in assessed.problems]}
        if assessed and assessed.problems
        else {},
    )


def _changes(order: PurchaseOrder, assessed: Assessment) -> list[str]:
    parts = []
    if assessed.state is not order.state:
        parts.append(f"the order is {assessed.state}, was {order.state}")
    received = sum(assessed.received.values())
    if received != order.received:
        parts.append(f"{plain(received)} of {plain(order.ordered)} received")  # type: ignore[arg-type]  # a sum of Decimals
    parts += [problem.message for problem in assessed.problems]
    return parts
