"""Changing one order: its document, and what is written down about it. Registered by ``po``."""

from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli import options
from lsync.cli.connection import ask
from lsync.cli.failures import USAGE, Failure
from lsync.cli.groups import examples
from lsync.cli.lookup import suggesting
from lsync.cli.options import Json, OrderNumber

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import LineChange, LogEntry, OrderEdited


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command(
        "edit",
        epilog=examples(
            "lsync po edit PO-1001 --due 2026-12-01 --note 'call before delivery'",
            "lsync po edit PO-1001 --line SKU-0001=12 --line SKU-0002=4@3.25",
            "lsync po edit PO-1001 --remove SKU-0003",
        ),
    )(edit)
    app.command(
        "note",
        epilog=examples(
            "lsync po note PO-1001 'supplier called: two days late'",
            "lsync po note PO-1001 --taken",
        ),
    )(note)


def edit(
    ctx: typer.Context,
    order: OrderNumber,
    *,
    line: Annotated[
        list[str] | None,
        typer.Option(
            "--line", help="NAME=QUANTITY[@COST]; NAME is a SKU, a product id or #LINE. Repeatable."
        ),
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", help="Take this line out. Repeatable.")
    ] = None,
    supplier: Annotated[str | None, typer.Option("--supplier", help="Name or id.")] = None,
    outlet: Annotated[str | None, typer.Option("--outlet", help="Name or id.")] = None,
    due: Annotated[
        str | None, typer.Option("--due", help="2026-12-01; an empty text takes it away.")
    ] = None,
    invoice: Annotated[
        str | None, typer.Option("--invoice", help="The supplier's invoice number.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="The order's own note.")] = None,
    json: Json = False,
) -> None:
    """Change an order until its goods arrive.

    An approved one is synced again by itself. What is changed on one that was sent is set in
    Lightspeed.
    """
    from lsync.core.control.messages import OrderEdit

    given = {
        "supplier": supplier,
        "outlet": outlet,
        "due_date": due,
        "supplier_invoice": invoice,
        "note": note,
    }
    header = {name: text for name, text in given.items() if text is not None}
    wanted = OrderEdit(header=header, lines=tuple(_lines(line or [], remove or [])))
    if not header and not wanted.lines:
        raise Failure("Say what to change.", next_step="See `lsync po edit --help`.", code=USAGE)

    async def work(client: "ControlClient") -> "OrderEdited":
        async with suggesting(client, order):
            return await client.edit_order(order, wanted)

    done = ask(ctx, work)
    out = options.output(ctx, json=json)
    if json:
        out.one(done)
    elif done.changes:
        out.text("\n".join(f"✓ {change}" for change in done.changes))
    else:
        out.say("It says that already; nothing changed.")


def note(
    ctx: typer.Context,
    order: OrderNumber,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to write down.")] = "",
    *,
    taken: Annotated[
        bool, typer.Option("--taken", help="Say that you look after the order.")
    ] = False,
    json: Json = False,
) -> None:
    """Write a note on an order for those who look after it. It stays here, in the log."""
    if not text.strip() and not taken:
        raise Failure("Say what to write down.", next_step="Give a text, or --taken.", code=USAGE)

    async def work(client: "ControlClient") -> "LogEntry":
        async with suggesting(client, order):
            return await client.note(order, text.strip(), taken=taken)

    entry = ask(ctx, work)
    out = options.output(ctx, json=json)
    if json:
        out.one(entry)
    else:
        out.text(f"✓ log:{entry.id} {entry.message}")


def _lines(changed: list[str], removed: list[str]) -> "list[LineChange]":
    """The lines as ``--line`` and ``--remove`` name them.

    Raises:
        Failure: one is not written as it should be.
    """
    from lsync.core.control.messages import LineChange

    found = []
    for text in changed:
        name, equals, numbers = text.rpartition("=")
        quantity, at, cost = numbers.partition("@")
        if not (name.strip() and equals and (quantity or at)):
            raise Failure(
                f"--line cannot be {text}.",
                next_step="Write SKU-0001=12, or SKU-0001=12@3.25 with a unit cost.",
                code=USAGE,
            )
        found.append(
            LineChange(name=name.strip(), quantity=quantity or None, unit_cost=cost if at else None)
        )
    return [*found, *(LineChange(name=name.strip() or "#", remove=True) for name in removed)]
