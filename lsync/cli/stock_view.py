"""Stock adjustments as a table."""

from typing import TYPE_CHECKING

from lsync.cli.moments import local
from lsync.cli.table import Column, Styled
from lsync.cli.wording import quantity

if TYPE_CHECKING:
    from lsync.core.control.messages import AdjustmentMessage

MARKS = {
    "recorded": ("…", "cyan"),
    "waiting": ("?", "yellow"),
    "ready": ("…", "cyan"),
    "posting": ("▸", "cyan"),
    "posted": ("✓", "green"),
    "rejected": ("-", "dim"),
    "failed": ("✗", "bold red"),
}


def _state(each: "AdjustmentMessage") -> Styled:
    mark, style = MARKS[each.state]
    return Styled(text=f"{mark} {each.state}", style=style)


ADJUSTMENT_COLUMNS: "tuple[Column[AdjustmentMessage], ...]" = (
    Column(title="Name", cell=lambda each: each.name, elastic=True),
    Column(title="State", cell=_state),
    Column(title="Outlet", cell=lambda each: each.outlet, rank=2, elastic=True),
    Column(title="SKU", cell=lambda each: each.sku or each.product_id or ""),
    Column(title="Change", cell=lambda each: quantity(each.quantity), right=True),
    Column(title="Reason", cell=lambda each: each.reason, rank=1, elastic=True),
    Column(title="Error", cell=lambda each: each.error or "", rank=1, elastic=True, fold=True),
    Column(title="Posted", cell=lambda each: local(each.posted_at), rank=3),
)
