"""``lsync webhook``: subscriptions at Lightspeed and what they delivered."""

from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli import options
from lsync.cli.connection import ask
from lsync.cli.groups import examples, group
from lsync.cli.moments import local_exact
from lsync.cli.options import Json, JsonLines, Limit
from lsync.cli.paging import paged

if TYPE_CHECKING:
    from lsync.cli.table import Column
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import WebhookEvent, WebhookSubscription

app = group("Webhooks: subscribe, list, events.", "lsync webhook create", "lsync webhook list")


@app.command("list", epilog=examples("lsync webhook list", "lsync webhook list --json"))
def list_(ctx: typer.Context, *, json: Json = False, jsonl: JsonLines = False) -> None:
    """List the subscriptions that Lightspeed has, ours and others'."""
    found = ask(ctx, lambda client: client.subscriptions())
    options.output(ctx, json=json, jsonl=jsonl).rows(
        found, _subscription_columns(), empty="There are none. `lsync webhook create` adds them."
    )


@app.command(
    "create",
    epilog=examples(
        "lsync webhook create",
        "lsync webhook create https://lsync.example.com/webhooks/lightspeed",
        "lsync webhook create --type consignment.receive",
    ),
)
def create(
    ctx: typer.Context,
    url: Annotated[
        str | None,
        typer.Argument(metavar="[URL]", help="Default: webhooks.public_url.", show_default=False),
    ] = None,
    *,
    type_: Annotated[
        list[str] | None, typer.Option("--type", help="Only this event type; may be repeated.")
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Allow plain http and private addresses.")
    ] = False,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Subscribe to webhooks, all seven types by default. Existing ones stay as they are."""
    created = ask(
        ctx, lambda client: client.create_subscriptions(url, types=type_ or (), insecure=insecure)
    )
    options.output(ctx, json=json, jsonl=jsonl).rows(
        created, _subscription_columns(), empty="None."
    )


@app.command("events", epilog=examples("lsync webhook events", "lsync webhook events --jsonl"))
def events(
    ctx: typer.Context, *, limit: Limit = None, json: Json = False, jsonl: JsonLines = False
) -> None:
    """List received webhooks, newest first."""
    out = options.output(ctx, json=json, jsonl=jsonl)

    async def work(client: "ControlClient") -> None:
        async def page(before: int | None, size: int) -> "tuple[WebhookEvent, ...]":
            return await client.webhook_events(limit=size, before=before)

        rows = paged(page, lambda event: event.id, limit=limit)
        await out.stream(rows, _event_columns(), empty="No webhook was received yet.", limit=limit)

    ask(ctx, work)


def _subscription_columns() -> "tuple[Column[WebhookSubscription], ...]":
    from lsync.cli.table import Column
    from lsync.cli.wording import marked

    return (
        Column(title="Type", cell=lambda each: each.type),
        Column(title="", cell=lambda each: marked("ok" if each.active else "cancelled").text[0]),
        Column(title="Whose", cell=lambda each: "ours" if each.ours else "another's"),
        Column(title="URL", cell=lambda each: each.url, elastic=True),
        Column(title="Id", cell=lambda each: each.id, rank=1),
    )


def _event_columns() -> "tuple[Column[WebhookEvent], ...]":
    from lsync.cli.table import Column

    return (
        Column(title="Event", cell=lambda each: str(each.id), right=True),
        Column(title="Received", cell=lambda each: local_exact(each.received_at)),
        Column(title="Type", cell=lambda each: each.event_type),
        Column(title="Verdict", cell=lambda each: each.verdict),
        Column(title="Status", cell=lambda each: each.status),
        Column(title="Again", cell=lambda each: str(each.duplicates or ""), right=True, rank=1),
        Column(title="About", cell=lambda each: each.entity_id or "", rank=2),
        Column(title="From", cell=lambda each: each.source, rank=3),
        Column(title="Error", cell=lambda each: each.error or "", elastic=True),
    )
