"""``lsync stock``: stock adjustments recorded here."""

import uuid
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lsync.cli import options
from lsync.cli.choices import check_choice
from lsync.cli.completing import one_of
from lsync.cli.connection import ask
from lsync.cli.failures import FAILED, USAGE, Failure
from lsync.cli.groups import examples, group
from lsync.cli.log_filter import Since, Until
from lsync.cli.options import Json, JsonLines, Limit
from lsync.cli.order_file import Encoding, check_known_encoding, read_order_file
from lsync.cli.output import block
from lsync.cli.pager import through_pager
from lsync.cli.paging import paged
from lsync.core.domain.adjustment import REASONS, AdjustmentState

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import AdjustmentMessage

STATES = tuple(AdjustmentState)

app = group(
    "Stock adjustments: record, import, list.",
    "lsync stock adjust --outlet Harbour --sku SKU-0001 --quantity=-3 --reason DAMAGE",
    "lsync stock import count.csv --dry-run",
    "lsync stock list",
)


@app.command(
    "adjust",
    epilog=examples(
        "lsync stock adjust --outlet Harbour --sku SKU-0001 --quantity=-3 --reason DAMAGE",
        "lsync stock adjust --outlet Harbour --sku SKU-0002 --quantity=5 --reason STOCK_FOUND "
        "--name COUNT-7",
    ),
)
def adjust(
    ctx: typer.Context,
    *,
    outlet: Annotated[str, typer.Option("--outlet", help="Name or Lightspeed id.")],
    sku: Annotated[str, typer.Option("--sku", help="SKU or Lightspeed product id.")],
    quantity: Annotated[
        str, typer.Option("--quantity", metavar="N", help="Signed: --quantity=-3 takes away.")
    ],
    reason: Annotated[
        str,
        typer.Option(
            "--reason", help=f"{', '.join(REASONS)}, or the name of a reason of the shop."
        ),
    ],
    name: Annotated[
        str | None,
        typer.Option("--name", help="Your own name for it; the same one counts only once."),
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="For the record.")] = None,
    json: Json = False,
) -> None:
    """Record a change of stock; it is posted to Lightspeed once, with its reason, and read back.

    A large one (`stock.amount`, `stock.quantity`) waits for a person in `lsync decide list`.
    """
    from lsync.cli.stock_view import ADJUSTMENT_COLUMNS
    from lsync.core.control.messages import AdjustmentDraft

    draft = AdjustmentDraft(
        name=name or f"{datetime.now().astimezone():%Y-%m-%d %H:%M} {uuid.uuid4().hex[:8]}",
        outlet=outlet,
        sku=sku,
        quantity=_number(quantity),
        reason=reason,
        note=note,
    )
    done = ask(ctx, lambda client: client.adjust([draft]))
    out = options.output(ctx, json=json)
    out.rows(done, ADJUSTMENT_COLUMNS, empty="")
    if not done[0].fresh:
        out.say("It was recorded before; nothing was added.")


@app.command(
    "import", epilog=examples("lsync stock import count.csv --dry-run", "lsync stock import c.json")
)
def import_(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Adjustments: .csv, .json or .jsonl; - is stdin.",
            show_default=False,
            readable=False,
        ),
    ],
    *,
    decimal: Annotated[
        Literal["point", "comma"], typer.Option("--decimal", help="How numbers are written.")
    ] = "point",
    encoding: Encoding = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen, change nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Record the adjustments of a file, all or none. The same file again adds nothing.

    Columns: name (unique, your own), outlet, sku, quantity (signed), reason, and note.
    """
    from lsync.cli.stock_view import ADJUSTMENT_COLUMNS

    check_known_encoding(encoding)
    content = read_order_file(file)
    report = ask(
        ctx,
        lambda client: client.import_adjustments(
            file.name, content, decimal=decimal, encoding=encoding, dry_run=dry_run
        ),
    )
    out = options.output(ctx, json=json)
    if json:
        out.one(report)
    elif report.faults:
        told = [
            f"✗ {it.message}" if it.line is None else f"✗ line {it.line}: {it.message}"
            for it in report.faults
        ]
        out.text(block("Nothing came in", told))
    else:
        out.table(report.adjustments, ADJUSTMENT_COLUMNS)
        if dry_run:
            out.say("Nothing was changed: this was a dry run.")
    if report.faults:
        raise typer.Exit(FAILED)


@app.command(
    "list",
    epilog=examples(
        "lsync stock list",
        "lsync stock list --state failed,waiting --json",
        "lsync stock list --outlet Harbour --sku SKU-0001 --since 7d",
    ),
)
@through_pager
def list_(
    ctx: typer.Context,
    *,
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            help=f"Of {', '.join(STATES)}; several with commas.",
            autocompletion=one_of(STATES),
        ),
    ] = None,
    outlet: Annotated[
        str | None, typer.Option("--outlet", help="A part of its name or id.")
    ] = None,
    sku: Annotated[str | None, typer.Option("--sku", help="SKU or Lightspeed product id.")] = None,
    text: Annotated[
        str | None, typer.Option("--text", help="Part of the name, reason, note or error.")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """List adjustments, newest first, and what became of each.

    --since and --until are about when it was recorded.
    """
    from lsync.cli.narrowing import contains, keep, read_window
    from lsync.cli.stock_view import ADJUSTMENT_COLUMNS

    check_choice("--state", state, STATES)
    window = read_window(text=text, since=since, until=until)
    out = options.output(ctx, json=json, jsonl=jsonl)

    def fits(each: "AdjustmentMessage") -> bool:
        words = (each.name, each.reason, each.note, each.error, each.recorded_by)
        return (
            (outlet is None or contains(outlet, (each.outlet,)))
            and (sku is None or sku in {each.sku, each.product_id})
            and window.keeps(each.recorded_at, words)
        )

    async def work(client: "ControlClient") -> None:
        async def page(before: int | None, size: int) -> "tuple[AdjustmentMessage, ...]":
            return await client.adjustments(state=state, limit=size, before=before)

        rows = keep(paged(page, lambda each: each.id), fits, limit=limit)
        await out.stream(rows, ADJUSTMENT_COLUMNS, empty="No adjustments match.", limit=limit)

    ask(ctx, work)


@app.command("retry", epilog=examples("lsync stock retry COUNT-7"))
def retry(
    ctx: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Names.", show_default=False)],
    *,
    json: Json = False,
) -> None:
    """Judge failed adjustments anew, once what was wrong has been put right."""
    from lsync.cli.stock_view import ADJUSTMENT_COLUMNS

    done = ask(ctx, lambda client: client.retry_adjustments(names))
    options.output(ctx, json=json).rows(done, ADJUSTMENT_COLUMNS, empty="")


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        raise Failure(
            f"--quantity {text} is no number.",
            next_step="Write it like --quantity=-3 or --quantity=2.5.",
            code=USAGE,
        ) from None
