"""Purchase orders: the list and the detail."""

import shlex
from collections.abc import Hashable, Sequence
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding

from lsync.core.control.client import ControlError
from lsync.core.control.messages import OrderDetail, OrderSummary
from lsync.core.domain.order import SyncState
from lsync.tui import actions, changing
from lsync.tui.countdown import Action
from lsync.tui.model import NEEDS_A_PERSON, Subject
from lsync.tui.screens.list_pane import ListPane
from lsync.tui.screens.order_changes import OrderChanges
from lsync.tui.view.facts import Facts, order_facts
from lsync.tui.view.orders import order_detail, orders_table
from lsync.tui.view.query import ORDER_NAMES, Query
from lsync.tui.view.spans import Line, text_of
from lsync.tui.view.table import Table

SAMPLE = 5
NEVER_SYNCED = "state:approved sync:not_synced"
"""The filter for what S offers when nothing is marked or filtered."""


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

    # Acting on many

    def action_approve(self) -> None:
        """Approve the marked orders, else the one under the cursor."""
        if not self.table.marked:
            super().action_approve()
            return
        ready = [each for each in self._marked() if actions.why_not_approve(each) is None]
        numbers = [each.order_number for each in ready]
        self._ask_many("approve", numbers, actions.approve_orders(self.session, numbers))

    def action_hold(self) -> None:
        """Hold the marked orders, release them if all are held; else the one under the cursor."""
        if not self.table.marked:
            super().action_hold()
            return
        marked = self._marked()
        held = not all(each.held for each in marked)
        numbers = [each.order_number for each in marked if each.held != held]
        action = changing.hold_orders(self.session, numbers, held=held)
        self._ask_many("hold" if held else "release", numbers, action)

    def action_sync(self) -> None:
        """Sync the marked orders, else the one under the cursor."""
        if self.table.marked:
            self.action_sync_many()
        else:
            super().action_sync()

    def action_retry(self) -> None:
        """Try the marked orders again, else the one under the cursor."""
        if self.table.marked:
            self.action_sync_many()
        else:
            super().action_retry()

    def action_sync_many(self) -> None:
        """Ask, then sync the marked orders, else those that match the filter, else what waits."""
        listing = self.session.listing(self.subject)
        if self.table.marked:
            self._ask_sync(self._marked(), what="marked")
        elif listing.query.narrows:
            self.sync_found(listing.query, what="matching")
        else:
            self.sync_found(self._query(NEVER_SYNCED), what="approved and never synced")

    @work(exclusive=True, group="matching")
    async def sync_found(self, query: Query, *, what: str) -> None:
        """Read every order that passes a filter, then ask."""
        try:
            found = await self.session.read_all(self.subject, query)
        except ControlError as error:
            self.refuse("reading", error)
            return
        shown = self.table.cells_of
        kept = [row for row in found if query.keeps(self.facts(row), text_of(shown(row)))]
        self._ask_sync(kept, what=what)

    def _ask_sync(self, orders: Sequence[OrderSummary], *, what: str) -> None:
        if not orders:
            self.say(f"There are no {what} orders.")
            return
        ready = [each for each in orders if actions.why_not_sync(each) is None]
        numbers = [each.order_number for each in ready]
        again = [each.order_number for each in ready if each.sync_state is SyncState.FAILED]
        action = actions.sync_orders(self.session, numbers, retry=again)
        self._ask_many("sync", numbers, action, of=f"{len(orders)} {what} orders")

    def _marked(self) -> list[OrderSummary]:
        return [each for each in self.table.items if each.order_number in self.table.marked]

    def _ask_many(
        self, verb: str, numbers: Sequence[str], action: Action, *, of: str | None = None
    ) -> None:
        """Ask for the typed count of the orders an action is for; say so if it is for none."""
        among = of or f"{len(self.table.marked)} marked orders"
        if not numbers:
            self.say(f"None of the {among} can be acted on now: {verb}.")
            return
        self.confirm_many(
            action,
            title=f"{verb.capitalize()} {len(numbers)} of {among}",
            count=len(numbers),
            noun="orders",
            sample=numbers[:SAMPLE],
            then=self.table.unmark,
        )

    # What the list says about its rows

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
