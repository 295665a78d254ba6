"""Purchase orders: the list and the detail."""

import shlex
from collections.abc import Hashable, Sequence
from typing import Any, ClassVar

from textual.binding import Binding

from lsync.core.control.messages import OrderDetail, OrderSummary
from lsync.tui import actions
from lsync.tui.model import NEEDS_A_PERSON, Subject
from lsync.tui.screens.list_pane import ListPane
from lsync.tui.screens.order_changes import OrderChanges
from lsync.tui.view.facts import Facts, order_facts
from lsync.tui.view.orders import order_detail, orders_table
from lsync.tui.view.query import ORDER_NAMES
from lsync.tui.view.spans import Line
from lsync.tui.view.table import Table

SAMPLE = 5


class OrdersPane(OrderChanges, ListPane[OrderSummary, OrderDetail]):
    """All purchase orders."""

    mode = "orders"
    subject = Subject.ORDERS
    names = ORDER_NAMES
    marks = True
    BINDINGS: ClassVar[list[Any]] = [
        Binding("S", "sync_many", "Sync many", show=False),
        Binding("N", "next_failed(1)", "Next that waits for you", show=False),
    ]

    @property
    def selected_order(self) -> OrderSummary | OrderDetail | None:
        """The open order, else the one under the cursor."""
        return self.selected

    def action_sync_many(self) -> None:
        """Ask, then sync the marked orders; without marks, all approved ones not yet sent."""
        marked = [order for order in self.table.items if order.order_number in self.table.marked]
        ready = [order.order_number for order in marked if actions.why_not_sync(order) is None]
        if not marked:
            question = "Queue every approved order that has no consignment?"
            self.confirm(question, actions.sync_pending(self.session))
        elif not ready:
            self.say(f"None of the {len(marked)} marked orders can be synced now.")
        else:
            self.confirm_many(
                actions.sync_orders(self.session, ready),
                title=f"Sync {len(ready)} of {len(marked)} marked orders",
                count=len(ready),
                noun="orders",
                sample=ready[:SAMPLE],
                then=self.table.unmark,
            )

    def order_of(self, row: OrderSummary | OrderDetail) -> str | None:
        """The order itself."""
        return row.order_number

    def action_job_of_it(self) -> None:
        """Show the jobs about the order."""
        if self.selected is not None:
            number = shlex.quote(self.selected.order_number)
            self.post_message(self.Goto("jobs", typed=number))

    def make_table(self) -> Table[OrderSummary]:
        """The table of orders."""
        return orders_table(self.session.moment)

    def facts(self, row: OrderSummary) -> Facts:
        """What a row says about the names of the filter."""
        return order_facts(row, self.session.moment())

    def page(self, whole: OrderDetail) -> Sequence[Line]:
        """The detail page."""
        return order_detail(whole, self.session.moment())

    async def read_whole(self, key: Hashable) -> OrderDetail:
        """Ask for one order."""
        return await self.session.ask(lambda client: client.order(str(key)))

    def has_failed(self, row: OrderSummary) -> bool:
        """Failed and drifted orders need a person."""
        return row.sync_state in NEEDS_A_PERSON
