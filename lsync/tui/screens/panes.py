"""Which screen belongs to which tab."""

from collections.abc import Callable

from lsync.tui.screens.api import ApiPane
from lsync.tui.screens.base import Pane
from lsync.tui.screens.jobs import JobsPane
from lsync.tui.screens.log import LogPane
from lsync.tui.screens.orders import OrdersPane
from lsync.tui.screens.overview import OverviewPane
from lsync.tui.screens.settings import SettingsPane
from lsync.tui.screens.webhooks import WebhooksPane
from lsync.tui.session import Session

PANES: dict[str, Callable[[Session], Pane]] = {
    "overview": OverviewPane,
    "orders": OrdersPane,
    "jobs": JobsPane,
    "log": LogPane,
    "webhooks": WebhooksPane,
    "api": ApiPane,
    "settings": SettingsPane,
}
