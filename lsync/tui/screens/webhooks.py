"""Webhooks: what was received, and what Lightspeed is asked to send."""

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding

from lsync.core.control.client import ControlError
from lsync.core.control.messages import WebhookEvent
from lsync.tui import actions
from lsync.tui.model import Subject
from lsync.tui.screens.list_pane import ListPane
from lsync.tui.screens.told import ToldScreen
from lsync.tui.view.commands import Copy, job_commands, shell
from lsync.tui.view.facts import Facts, webhook_facts
from lsync.tui.view.query import WEBHOOK_NAMES
from lsync.tui.view.spans import Line
from lsync.tui.view.table import Table
from lsync.tui.view.webhooks import subscription_lines, webhook_detail, webhooks_table


class WebhooksPane(ListPane[WebhookEvent, WebhookEvent]):
    """Received webhooks, newest first."""

    mode = "webhooks"
    subject = Subject.WEBHOOKS
    names = WEBHOOK_NAMES
    BINDINGS: ClassVar[list[Any]] = [
        Binding("u", "subscriptions", "Subscriptions"),
        Binding("c", "subscribe", "Subscribe"),
    ]

    def make_table(self) -> Table[WebhookEvent]:
        """The table of received webhooks."""
        return webhooks_table(self.session.moment)

    def facts(self, row: WebhookEvent) -> Facts:
        """What a row says about the names of the filter."""
        return webhook_facts(row, self.session.moment())

    def page(self, whole: WebhookEvent) -> Sequence[Line]:
        """The detail page."""
        return webhook_detail(whole, self.session.moment())

    async def read_whole(self, key: Hashable) -> WebhookEvent:
        """The row is all there is."""
        return self.row_of(key)

    def job_of(self, row: WebhookEvent) -> int | None:
        """The job the webhook led to."""
        return row.job_id

    def has_failed(self, row: WebhookEvent) -> bool:
        """``n`` stops at webhooks that led to an error."""
        return row.error is not None

    @work(exclusive=True, group="subscriptions")
    async def action_subscriptions(self) -> None:
        """Ask Lightspeed what it is subscribed to; costs a call."""
        try:
            subscriptions = await self.session.ask(lambda client: client.subscriptions())
        except ControlError as error:
            self.refuse("subscriptions", error)
            return
        self.app.push_screen(ToldScreen("Subscriptions", subscription_lines(subscriptions)))

    def action_subscribe(self) -> None:
        """Ask, then subscribe to all types at the configured public address."""
        self.confirm(
            "Subscribe to all webhook types at webhooks.public_url? Existing ones stay.",
            actions.subscribe(self.session),
        )

    def copies(self) -> list[Copy]:
        """The commands around webhooks."""
        event = self.selected
        job = job_commands(event.job_id)[:1] if event and event.job_id is not None else []
        events = Copy(key="e", what="list events", command=shell("lsync", "webhook", "events"))
        return [*job, events]
