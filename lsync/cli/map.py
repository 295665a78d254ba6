"""``lsync map``: what the words of orders stand for at Lightspeed."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lsync.cli import options
from lsync.cli.completing import order_numbers
from lsync.cli.connection import ask
from lsync.cli.groups import examples, group
from lsync.cli.log_filter import Since, Until
from lsync.cli.options import Json, JsonLines, Limit
from lsync.cli.pager import through_pager

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import MappingMessage

PAGE = 1000

app = group(
    "What suppliers, outlets and SKUs of orders stand for at Lightspeed.",
    "lsync map suggest",
    "lsync map set supplier 'Northwind' 'Northwind Wholesale'",
    "lsync map list",
)

Kind = Annotated[
    Literal["supplier", "outlet", "product"],
    typer.Argument(metavar="KIND", help="supplier, outlet or product.", show_default=False),
]
Word = Annotated[
    str,
    typer.Argument(metavar="WORD", help="The name or SKU as orders have it.", show_default=False),
]


@app.command(
    "list",
    epilog=examples(
        "lsync map list",
        "lsync map list --kind supplier --json",
        "lsync map list --source person --since 7d",
    ),
)
@through_pager
def list_(
    ctx: typer.Context,
    *,
    kind: Annotated[
        Literal["order", "supplier", "outlet", "product"] | None,
        typer.Option("--kind", help="Only order, supplier, outlet or product."),
    ] = None,
    source: Annotated[
        Literal["lsync", "person", "adopted"] | None,
        typer.Option("--source", help="Only what lsync, a person or adopt said."),
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", help="Part of the word, the name or the Lightspeed id.")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """List what local words and order numbers stand for, and who said so.

    --since and --until are about when it was last said.
    """
    from lsync.cli.map_view import MAPPING_COLUMNS
    from lsync.cli.narrowing import keep, read_window

    window = read_window(text=text, since=since, until=until)
    narrowed = any(each is not None for each in (kind, source, text, since, until))
    nothing = "Nothing is mapped: names and SKUs match as they are."
    empty = "No mapping matches." if narrowed else nothing
    out = options.output(ctx, json=json, jsonl=jsonl)

    def fits(each: "MappingMessage") -> bool:
        words = (each.local_id, each.name, each.lightspeed_id)
        return source in {None, each.source} and window.keeps(each.updated_at, words)

    async def work(client: "ControlClient") -> None:
        rows = keep(_all(client, kind=kind), fits, limit=limit)
        await out.stream(rows, MAPPING_COLUMNS, empty=empty, limit=limit)

    ask(ctx, work)


async def _all(client: "ControlClient", *, kind: str | None) -> "AsyncIterator[MappingMessage]":
    read = 0
    while True:
        page = await client.mappings(kind=kind, limit=PAGE, skip=read)
        for each in page:
            yield each
        read += len(page)
        if len(page) < PAGE:
            return


@app.command(
    "set",
    epilog=examples(
        "lsync map set supplier 'Northwind' 'Northwind Wholesale'",
        "lsync map set outlet HARB Harbour",
        "lsync map set product OLD-77 SKU-0123",
    ),
)
def set_(
    ctx: typer.Context,
    kind: Kind,
    word: Word,
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET", help="Lightspeed id, name, or SKU of a product.", show_default=False
        ),
    ],
    *,
    json: Json = False,
) -> None:
    """Say what a word stands for. It is remembered for every order, whatever its capitals.

    Approved orders that failed for want of it, and have no other problem, are queued at once.
    """
    from lsync.cli.map_view import print_mapped

    done = ask(ctx, lambda client: client.map(kind, word, target))
    out = options.output(ctx, json=json)
    if json:
        out.one(done)
    else:
        print_mapped(out, done)


@app.command("remove", epilog=examples("lsync map remove supplier 'Northwind'"))
def remove(ctx: typer.Context, kind: Kind, word: Word, *, json: Json = False) -> None:
    """Forget what a word stands for; orders that were sent with it stay as they are."""
    from lsync.cli.map_view import MAPPING_COLUMNS

    forgotten = ask(ctx, lambda client: client.unmap(kind, word))
    options.output(ctx, json=json).rows(forgotten, MAPPING_COLUMNS, empty="")


@app.command("suggest", epilog=examples("lsync map suggest", "lsync map suggest PO-1001 --json"))
@through_pager
def suggest(
    ctx: typer.Context,
    order: Annotated[
        str | None,
        typer.Argument(
            metavar="ORDER",
            help="Only this order's words.",
            show_default=False,
            autocompletion=order_numbers,
        ),
    ] = None,
    *,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Show every word nobody knows in orders still to be sent, with the nearest matches.

    Each comes with the command that takes the likeliest one.
    """
    from lsync.cli.map_view import SUGGESTION_COLUMNS

    found = ask(ctx, lambda client: client.suggestions(order=order))
    out = options.output(ctx, json=json, jsonl=jsonl)
    out.rows(found, SUGGESTION_COLUMNS, empty="Every supplier, outlet and SKU is known.")
