"""``lsync webhook``: subscriptions at Lightspeed and what they delivered."""

from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli import options
from lsync.cli.choices import check_choice
from lsync.cli.completing import one_of, order_numbers
from lsync.cli.connection import ask
from lsync.cli.failures import FAILED, USAGE, Failure, report
from lsync.cli.groups import examples, group
from lsync.cli.log_filter import Since, Until, read_moment
from lsync.cli.options import Json, JsonLines, Limit, Yes
from lsync.cli.pager import through_pager
from lsync.cli.paging import paged
from lsync.cli.questions import confirm_count
from lsync.cli.wording import count, listing
from lsync.core.domain.records import WebhookStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import WebhookEvent, WebhookSubscription

app = group(
    "Webhooks: subscribe, list, search, replay, test.",
    "lsync webhook create",
    "lsync webhook events --status failed",
    "lsync webhook test",
)

STATUSES = tuple(WebhookStatus)

Type = Annotated[
    list[str] | None, typer.Option("--type", help="Only this event type; may be repeated.")
]
SomeEvents = Annotated[
    list[int] | None,
    typer.Argument(metavar="ID", min=1, help="Webhook ids.", show_default=False),
]


@app.command(
    "list",
    epilog=examples(
        "lsync webhook list", "lsync webhook list --ours --inactive", "lsync webhook list --json"
    ),
)
@through_pager
def list_(
    ctx: typer.Context,
    *,
    type_: Type = None,
    text: Annotated[str | None, typer.Option("--text", help="Part of the address or id.")] = None,
    ours: Annotated[
        bool | None, typer.Option("--ours/--others", help="Only ours, or only others'.")
    ] = None,
    active: Annotated[
        bool | None,
        typer.Option("--active/--inactive", help="Only those switched on, or off."),
    ] = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """List the subscriptions that Lightspeed has: ours and others', active or not."""
    from lsync.cli.narrowing import contains
    from lsync.cli.webhook_view import SUBSCRIPTION_COLUMNS

    found = ask(ctx, lambda client: client.subscriptions())
    kept = [
        each
        for each in found
        if (not type_ or each.type in type_)
        and (text is None or contains(text, (each.url, each.id)))
        and ours in {None, each.ours}
        and active in {None, each.active}
    ]
    empty = "None matches." if found else "There are none. `lsync webhook create` adds them."
    options.output(ctx, json=json, jsonl=jsonl).rows(kept, SUBSCRIPTION_COLUMNS, empty=empty)


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
        typer.Argument(metavar="URL", help="Default: webhooks.public_url.", show_default=False),
    ] = None,
    *,
    type_: Type = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Allow plain http and private addresses.")
    ] = False,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Subscribe to webhooks, all seven types by default; run again, it adds what is missing.

    Subscriptions that were switched off are switched on. With webhooks.url_token the token goes
    into the address.
    """
    from lsync.cli.webhook_view import SUBSCRIPTION_COLUMNS

    created = ask(
        ctx, lambda client: client.create_subscriptions(url, types=type_ or (), insecure=insecure)
    )
    options.output(ctx, json=json, jsonl=jsonl).rows(created, SUBSCRIPTION_COLUMNS, empty="None.")


@app.command(
    "delete",
    epilog=examples(
        "lsync webhook delete 0af7b240-abd7-11e7-eddc-0d5b1c0e3c4d", "lsync webhook delete --all"
    ),
)
def delete(
    ctx: typer.Context,
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID",
            help="Ids as `webhook list` shows them.",
            show_default=False,
        ),
    ] = None,
    *,
    all_: Annotated[bool, typer.Option("--all", help="Every subscription of ours.")] = False,
    yes: Yes = False,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Unsubscribe, after asking. Changes are then found by polling only."""
    from lsync.cli.webhook_view import SUBSCRIPTION_COLUMNS, subscription

    if bool(ids) == all_:
        raise Failure(
            "It is not clear which subscriptions are meant.",
            next_step="Give ids, or --all for every one of ours; `lsync webhook list` shows them.",
            code=USAGE,
        )
    out = options.output(ctx, json=json, jsonl=jsonl)

    async def work(client: "ControlClient") -> "Sequence[WebhookSubscription]":
        if yes:
            return await client.delete_subscriptions(ids or (), all=all_)
        doomed = _doomed(await client.subscriptions(), ids or ())
        if not doomed:
            return ()
        what = count(len(doomed), "subscription")
        question = f"Delete {what} at Lightspeed: {listing(map(subscription, doomed))}?"
        confirm_count(question, len(doomed), yes=False)
        return await client.delete_subscriptions([each.id for each in doomed])

    gone = ask(ctx, work)
    if not gone or not out.for_people:
        out.rows(gone, SUBSCRIPTION_COLUMNS, empty="There was none of ours.")
    for each in gone if out.for_people else ():
        out.text(f"Deleted {subscription(each)}.")


def _doomed(
    found: "Sequence[WebhookSubscription]", ids: "Sequence[str]"
) -> "list[WebhookSubscription]":
    """Those named, or all of ours where none is named.

    Raises:
        Failure: there is none of that id.
    """
    unknown = set(ids) - {each.id for each in found}
    if unknown:
        raise Failure(
            f"There is no webhook subscription {min(unknown)}.",
            next_step="`lsync webhook list` shows what there is; nothing was deleted.",
        )
    return [each for each in found if (each.id in ids if ids else each.ours)]


@app.command(
    "events",
    epilog=examples(
        "lsync webhook events",
        "lsync webhook events --type consignment.receive --since 2h",
        "lsync webhook events --order PO-1001",
        "lsync webhook events SKU-0001 --status failed --jsonl",
    ),
)
@through_pager
def events(
    ctx: typer.Context,
    text: Annotated[
        str | None,
        typer.Argument(metavar="TEXT", help="Part of the body or the sender.", show_default=False),
    ] = None,
    *,
    type_: Type = None,
    status: Annotated[
        str | None,
        typer.Option(
            "--status", help=f"One of {', '.join(STATUSES)}.", autocompletion=one_of(STATUSES)
        ),
    ] = None,
    about: Annotated[
        str | None, typer.Option("--about", help="Only about this consignment or product id.")
    ] = None,
    order: Annotated[
        str | None,
        typer.Option(
            "--order", help="Only about this order's consignments.", autocompletion=order_numbers
        ),
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """List received webhooks, newest first."""
    from lsync.cli.lookup import find_order
    from lsync.cli.narrowing import keep
    from lsync.cli.webhook_view import EVENT_COLUMNS

    check_choice("--status", status, STATUSES)
    begin, end = read_moment("--since", since), read_moment("--until", until)
    out = options.output(ctx, json=json, jsonl=jsonl)

    async def work(client: "ControlClient") -> None:
        async def page(before: int | None, size: int) -> "tuple[WebhookEvent, ...]":
            return await client.webhook_events(
                type=",".join(type_) if type_ else None,
                status=status,
                entity=about,
                text=text,
                since=begin,
                until=end,
                limit=size,
                before=before,
            )

        ids = None if order is None else (await find_order(client, order)).consignment_ids
        rows = keep(
            paged(page, lambda event: event.id),
            lambda event: ids is None or event.entity_id in ids,
            limit=limit,
        )
        await out.stream(rows, EVENT_COLUMNS, empty="No webhook matches.", limit=limit)

    ask(ctx, work)


@app.command("show", epilog=examples("lsync webhook show 12", "lsync webhook show 12 --json"))
@through_pager
def show(
    ctx: typer.Context,
    webhook: Annotated[
        int, typer.Argument(metavar="ID", min=1, help="Webhook id.", show_default=False)
    ],
    *,
    json: Json = False,
) -> None:
    """Show one received webhook: headers, body and what it led to."""
    from lsync.cli.webhook_view import print_event

    found = ask(ctx, lambda client: client.webhook_event(webhook))
    out = options.output(ctx, json=json)
    if json:
        out.one(found)
    else:
        print_event(out, found)


@app.command(
    "replay",
    epilog=examples(
        "lsync webhook replay 12 13",
        "lsync webhook replay --failed",
        "lsync webhook replay --since 2h",
    ),
)
def replay(
    ctx: typer.Context,
    ids: SomeEvents = None,
    *,
    failed: Annotated[bool, typer.Option("--failed", help="Only those whose look failed.")] = False,
    since: Since = None,
    until: Until = None,
    json: Json = False,
) -> None:
    """Look again into webhooks that were received: harmless, the present state is fetched.

    A time leaves out those that were ignored. Exits 1 if an id is unknown or nothing can follow
    from that webhook; the others are looked into all the same.
    """
    from lsync.core.control.messages import WebhookReplayRequest

    begin, end = read_moment("--since", since), read_moment("--until", until)
    if not (ids or failed or begin or end):
        raise Failure(
            "No webhook was named.",
            next_step="Give ids, --failed or --since; `lsync webhook events` shows the ids.",
            code=USAGE,
        )
    if ids and (failed or begin or end):
        raise Failure(
            "It is not clear which webhooks are meant.",
            why="Ids were given, and --failed, --since or --until as well.",
            next_step="Give the one or the other; nothing was looked into.",
            code=USAGE,
        )
    request = WebhookReplayRequest(ids=tuple(ids or ()), failed=failed, since=begin, until=end)
    done = ask(ctx, lambda client: client.replay_webhooks(request))
    out = options.output(ctx, json=json)
    if json:
        out.one(done)
    elif done.replayed or not ids:
        out.text(f"{count(done.replayed, 'webhook is', 'webhooks are')} looked into again.")
    for webhook_id in done.unknown:
        report(
            Failure(
                f"There is no webhook {webhook_id}.",
                next_step="`lsync webhook events` shows what there is.",
            )
        )
    for refused in done.refused:
        report(Failure(refused))
    if done.unknown or done.refused:
        raise typer.Exit(FAILED)


@app.command(
    "test",
    epilog=examples(
        "lsync webhook test", "lsync webhook test --public", "lsync webhook test --type sale.update"
    ),
)
def try_(
    ctx: typer.Context,
    *,
    type_: Annotated[
        str, typer.Option("--type", help="The event type of the sample.")
    ] = "consignment.receive",
    public: Annotated[
        bool, typer.Option("--public", help="Send it through webhooks.public_url, as Lightspeed.")
    ] = False,
    wait: Annotated[
        float, typer.Option("--timeout", min=1, max=300, help="Seconds to follow it.")
    ] = 30.0,
    json: Json = False,
) -> None:
    """Send a signed sample to the running daemon and follow it through; exits 1 if it fails.

    The sample names a consignment that does not exist, so looking at it costs one API call and
    changes nothing.
    """
    from lsync.cli.webhook_view import print_test
    from lsync.core.control.messages import WebhookTestRequest

    request = WebhookTestRequest(type=type_, public=public, wait_seconds=wait)
    tried = ask(ctx, lambda client: client.try_webhook(request), daemon=True)
    out = options.output(ctx, json=json)
    if json:
        out.one(tried)
    else:
        print_test(out, tried)
    if not tried.ok:
        raise typer.Exit(FAILED)
