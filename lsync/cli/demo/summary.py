"""The end of the demo: the table, what the shop refused to take, and the ledger's verdict."""

from typing import TYPE_CHECKING

from lsync.cli.import_view import row_lines
from lsync.cli.order_view import problem_lines
from lsync.cli.output import Output, block
from lsync.cli.table import Column
from lsync.cli.wording import count, listing, marked

if TYPE_CHECKING:
    from lsync.cli.demo.story import Ending
    from lsync.core.control.messages import OrderDetail


def _consignment(order: "OrderDetail") -> str:
    return listing(order.consignment_ids, none="none")


def _remark(order: "OrderDetail") -> str:
    codes = dict.fromkeys(problem.code for problem in order.problems)
    return listing(codes, none="")


RESULT_COLUMNS: "tuple[Column[OrderDetail], ...]" = (
    Column(title="Order", cell=lambda order: order.order_number),
    Column(title="State", cell=lambda order: order.state.replace("_", " ")),
    Column(title="Consignment", cell=_consignment, elastic=True),
    Column(title="Lines", cell=lambda order: str(len(order.lines)), right=True),
    Column(title="Calls", cell=lambda order: str(order.api_calls), right=True),
    Column(title="Result", cell=lambda order: marked(order.sync_state)),
    Column(title="Remark", cell=_remark, rank=1, elastic=True),
)


def print_ending(out: Output, ending: "Ending") -> None:
    """Everything a person wants to see after the demo."""
    out.text("")
    out.table(ending.orders, RESULT_COLUMNS)
    for order in ending.orders:
        if order.problems:
            shown = [line for problem in order.problems for line in problem_lines(problem)]
            out.text(block(f"\n{order.order_number}: {order.sync_state.replace('_', ' ')}", shown))
    refused = row_lines(ending.imported)
    if refused:
        out.text(block("\nKept out at import", refused))
    out.text("")
    out.text("\n".join(verdict(ending)), style="bold" if succeeded(ending) else "bold red")


def succeeded(ending: "Ending") -> bool:
    """Whether everything is as it must be: the ledger agrees and two orders were received."""
    return not ending.differences and len(ending.received) == 2


def verdict(ending: "Ending") -> list[str]:
    """What the ledger says, and what it cost."""
    mirrored = [order for order in ending.orders if order.consignment_ids]
    lines = sum(len(order.lines) for order in mirrored)
    if ending.differences:
        told = [
            f"{marked('failed').text[0]} The ledger differs from the orders:",
            *ending.differences,
        ]
    else:
        equal = (
            f"{marked('ok').text[0]} The simulator's ledger equals the orders: "
            f"{count(len(mirrored), 'order')}, one consignment each, "
            f"{count(lines, 'line')} with equal quantities and costs."
        )
        told = [equal]
    if len(ending.received) != 2:
        told.append(
            f"{marked('failed').text[0]} Only {len(ending.received)} of 2 orders were received."
        )
    return [*told, f"  {ending.api_calls} API calls in all."]
