"""Webhooks: what was received and what it led to, replay, and what Lightspeed is asked to send."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding
from textual.widget import Widget

from lsync.core.control.client import ControlError
from lsync.core.control.messages import (
    WebhookDetail,
    WebhookEvent,
    WebhookSubscription,
    WebhookTestRequest,
)
from lsync.tui import actions
from lsync.tui.model import Subject, Touch
from lsync.tui.screens.base import why_off
from lsync.tui.screens.choose import Choice, ChooseScreen
from lsync.tui.screens.list_pane import ListPane
from lsync.tui.view.commands import Copy, webhook_commands
from lsync.tui.view.facts import Facts, webhook_facts
from lsync.tui.view.query import WEBHOOK_NAMES
from lsync.tui.view.spans import Line
from lsync.tui.view.table import Table
from lsync.tui.view.webhooks import (
    meter_lines,
    subscriptions_table,
    tried_lines,
    webhook_detail,
    webhooks_table,
)
from lsync.tui.widgets.lines import Lines


class WebhooksPane(ListPane[WebhookEvent, WebhookDetail]):
    """Received webhooks, newest first."""

    mode = "webhooks"
    subject = Subject.WEBHOOKS
    names = WEBHOOK_NAMES
    marks = True
    BINDINGS: ClassVar[list[Any]] = [
        Binding("r", "replay", "Replay"),
        Binding("u", "subscriptions", "Subscriptions"),
        Binding("c", "subscribe", "Subscribe", show=False),
        Binding("t", "test", "Try one"),
    ]

    def make_table(self) -> Table[WebhookEvent]:
        """The table of received webhooks."""
        return webhooks_table(self.session.moment)

    def facts(self, row: WebhookEvent) -> Facts:
        """What a row says about the names of the filter."""
        return webhook_facts(row, self.session.moment())

    def page(self, whole: WebhookDetail) -> Sequence[Line]:
        """The detail page."""
        return webhook_detail(whole, self.session.moment())

    async def read_whole(self, key: Hashable) -> WebhookDetail:
        """Ask for one webhook with its body."""
        return await self.session.ask(lambda client: client.webhook_event(int(str(key))))

    def job_of(self, row: WebhookEvent) -> int | None:
        """The job the webhook led to."""
        return row.job_id

    def has_failed(self, row: WebhookEvent) -> bool:
        """``n`` stops at webhooks that led to an error."""
        return row.error is not None

    # The meter

    def compose_above(self) -> Iterable[Widget]:
        """Webhooks that came and that never came."""
        yield Lines(id="summary")

    def show_body(self, touched: frozenset[Touch]) -> None:
        """Show the meter and the rows."""
        super().show_body(touched)
        status, moment = self.session.model.status, self.session.moment()
        meter = None if status is None else status.webhooks
        summary = self.query_one("#summary", Lines)
        summary.display = meter is not None
        summary.show_drawn(lambda width, _height: meter_lines(meter, moment, width=width))

    # Replaying and trying

    def action_replay(self) -> None:
        """Look again into the marked webhooks, or the one under the cursor."""
        marked = sorted(int(str(key)) for key in self.table.marked)
        ids = marked or ([self.selected.id] if self.selected is not None else [])
        if len(ids) == 1:
            self.begin(actions.replay_webhooks(self.session, ids))
        elif ids:
            self.confirm_many(
                actions.replay_webhooks(self.session, ids),
                title=f"Replay {len(ids)} webhooks",
                count=len(ids),
                noun="webhooks",
                sample=[f"webhook {each}" for each in ids[:5]],
                then=self.table.unmark,
            )

    @work(exclusive=True, group="test")
    async def action_test(self) -> None:
        """Send a sample to the daemon's public port and follow it through."""
        self.notify("Sending a sample …", timeout=2, markup=False)
        try:
            tried = await self.session.ask(
                lambda client: client.try_webhook(WebhookTestRequest(wait_seconds=10))
            )
        except ControlError as error:
            self.refuse("try a webhook", error)
            return
        self.tell("A sample webhook", tried_lines(tried))

    # Subscriptions

    @work(exclusive=True, group="subscriptions")
    async def action_subscriptions(self) -> None:
        """Ask Lightspeed what it is subscribed to; costs a call."""
        try:
            found = await self.session.ask(lambda client: client.subscriptions())
        except ControlError as error:
            self.refuse("subscriptions", error)
            return
        screen: ChooseScreen[WebhookSubscription] = ChooseScreen(
            "Subscriptions at Lightspeed",
            subscriptions_table(),
            found,
            keys={"c": "subscribes to all types", "X": "deletes"},
            rowless=frozenset({"c"}),
        )
        self.app.push_screen(screen, self._subscription_chosen)

    def _subscription_chosen(self, choice: Choice[WebhookSubscription] | None) -> None:
        if choice is None:
            return
        if not self.session.may_act:
            self.say(why_off(self.session, what="Subscriptions"))
        elif choice.key == "c":
            self.action_subscribe()
        else:
            chosen = choice.rows
            types = ", ".join(each.type for each in chosen)
            foreign = [each.url for each in chosen if not each.ours]
            warning = f" Not ours: {', '.join(foreign)}." if foreign else ""
            self.confirm(
                f"Delete the subscription to {types}? Lightspeed sends no more of it.{warning}",
                actions.unsubscribe(self.session, [each.id for each in chosen]),
            )

    def action_subscribe(self) -> None:
        """Ask, then subscribe to all types at the configured public address."""
        self.confirm(
            "Subscribe to all webhook types at webhooks.public_url? Existing ones stay.",
            actions.subscribe(self.session),
        )

    def copies(self) -> list[Copy]:
        """The commands around webhooks."""
        event = self.selected
        return webhook_commands(event.id if event else None, event.job_id if event else None)
