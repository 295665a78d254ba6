"""The keys that act on an order, for every tab that shows orders."""

import shlex
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding

from lsync.core.control.client import ControlError
from lsync.core.control.messages import OrderDetail, OrderSummary
from lsync.core.domain.order import SyncState
from lsync.tui import actions
from lsync.tui.screens.base import Pane, why_off
from lsync.tui.screens.plan import PlanScreen
from lsync.tui.view.commands import Copy, order_commands


class OrderActions(Pane):
    """Sync, retry, plan, approve and copy for ``selected_order``."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("r", "retry", "Retry"),
        Binding("s", "sync", "Sync"),
        Binding("d", "plan", "Plan"),
        Binding("a", "approve", "Approve"),
        Binding("l", "log_of_it", "Its log", show=False),
        Binding("x", "say_where_jobs_are", "Cancel is for jobs", show=False),
    ]

    @property
    def selected_order(self) -> OrderSummary | OrderDetail | None:
        """The order that keys act on."""
        raise NotImplementedError  # abstract: every pane or dialog says its own

    def order_here(self) -> OrderSummary | OrderDetail | None:
        """The order that keys act on; without one it is said, so that no key is silent."""
        order = self.selected_order
        if order is None:
            self.say("No order is under the cursor: put it on one first.")
        return order

    def action_sync(self) -> None:
        """Sync the order, after the time in which that can be taken back."""
        order = self.order_here()
        if order is not None:
            action = actions.sync_order(self.session, order.order_number)
            self.begin(action, refused=actions.why_not_sync(order))

    def action_retry(self) -> None:
        """Try a failed sync again, after the time in which that can be taken back."""
        order = self.order_here()
        if order is not None:
            retry = order.sync_state is SyncState.FAILED
            action = actions.sync_order(self.session, order.order_number, retry=retry)
            self.begin(action, refused=actions.why_not_sync(order))

    def action_approve(self) -> None:
        """Approve the order, after the time in which that can be taken back."""
        order = self.order_here()
        if order is not None:
            action = actions.approve_order(self.session, order.order_number)
            self.begin(action, refused=actions.why_not_approve(order))

    def action_plan(self) -> None:
        """Show what a sync would do."""
        order = self.order_here()
        if order is not None:
            self.show_plan(order)

    @work(exclusive=True, group="plan")
    async def show_plan(self, order: OrderSummary | OrderDetail) -> None:
        """Ask for the plan and show it; ``s`` in it syncs."""
        try:
            plan = await self.session.ask(lambda client: client.plan(order.order_number))
        except ControlError as error:
            self.refuse(f"plan {order.order_number}", error)
            return

        def wished(sync: bool | None) -> None:
            if sync and not self.session.may_act:
                self.say(why_off(self.session, what="Sync"))
            elif sync:
                action = actions.sync_order(self.session, order.order_number)
                self.begin(action, refused=actions.why_not_sync(order))

        self.app.push_screen(PlanScreen(plan, self.session.moment), wished)

    def action_log_of_it(self) -> None:
        """Show the log of the order."""
        order = self.order_here()
        if order is not None:
            self.post_message(self.Goto("log", typed=f"order:{shlex.quote(order.order_number)}"))

    def action_say_where_jobs_are(self) -> None:
        """``x`` cancels a job; an order has none to cancel on this tab."""
        self.say("x cancels jobs: press 3 for all of them, or J on tab 2 for those of an order.")

    def copies(self) -> list[Copy]:
        """The commands of the order."""
        order = self.selected_order
        return order_commands(order.order_number, held=order.held) if order is not None else []
