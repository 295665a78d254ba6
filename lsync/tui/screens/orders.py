"""Purchase orders: the list and the detail."""

from collections.abc import Hashable, Sequence

from lsync.core.control.messages import OrderDetail, OrderSummary
from lsync.tui.model import NEEDS_A_PERSON, Subject
from lsync.tui.screens.list_pane import ListPane
from lsync.tui.screens.order_actions import OrderActions
from lsync.tui.view.orders import order_detail, orders_table
from lsync.tui.view.query import ORDER_NAMES
from lsync.tui.view.spans import Line
from lsync.tui.view.table import Table


class OrdersPane(ListPane[OrderSummary, OrderDetail], OrderActions):
    """All purchase orders."""

    mode = "orders"
    subject = Subject.ORDERS
    names = ORDER_NAMES

    @property
    def selected_order(self) -> OrderSummary | OrderDetail | None:
        """The open order, else the one under the cursor."""
        return self.selected

    def make_table(self) -> Table[OrderSummary]:
        """The table of orders."""
        return orders_table(self.session.moment)

    def page(self, whole: OrderDetail) -> Sequence[Line]:
        """The detail page."""
        return order_detail(whole, self.session.moment())

    async def read_whole(self, key: Hashable) -> OrderDetail:
        """Ask for one order."""
        return await self.session.ask(lambda client: client.order(str(key)))

    def has_failed(self, row: OrderSummary) -> bool:
        """Failed and drifted orders need a person."""
        return row.sync_state in NEEDS_A_PERSON
