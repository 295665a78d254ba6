"""``lsync po receive``: goods that were counted here. Registered by ``po``."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli import options
from lsync.cli.connection import ask
from lsync.cli.failures import USAGE, Failure
from lsync.cli.groups import examples
from lsync.cli.options import Json, OrderNumber
from lsync.cli.output import Output, block
from lsync.cli.table import Column, Styled
from lsync.cli.wording import quantity

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import CountedLine, GoodsLine, ReceiveReport

EXAMPLES = examples(
    "lsync po receive PO-1001 --all --delivery DN-77",
    "lsync po receive PO-1001 --line SKU-0001=5 --line SKU-0002=3",
    "lsync po receive PO-1001 --line 'SKU-0002=3,damaged=1,short=2,reason=wet box'",
)
FIELDS = ("damaged", "short", "reason")


def _state(line: "GoodsLine") -> Styled:
    difference = line.received - line.ordered
    if difference == 0:
        return Styled(text="✓ whole", style="green")
    word = "over" if difference > 0 else "short"
    return Styled(text=f"! {quantity(abs(difference))} {word}", style="yellow")


GOODS_COLUMNS: "tuple[Column[GoodsLine], ...]" = (
    Column(title="Line", cell=lambda line: str(line.line_no), right=True),
    Column(title="SKU", cell=lambda line: line.sku or ""),
    Column(title="Ordered", cell=lambda line: quantity(line.ordered), right=True),
    Column(title="Counted", cell=lambda line: quantity(line.received), right=True),
    Column(title="", cell=_state),
    Column(title="Damaged", cell=lambda line: quantity(line.damaged), rank=1, right=True),
    Column(title="Short", cell=lambda line: quantity(line.short), rank=1, right=True),
    Column(title="Lightspeed", cell=lambda line: quantity(line.at_lightspeed), rank=2, right=True),
    Column(title="Reasons", cell=lambda line: "; ".join(line.reasons), rank=3, elastic=True),
)


def receive(
    ctx: typer.Context,
    order: OrderNumber,
    *,
    line: Annotated[
        list[str] | None,
        typer.Option(
            "--line",
            metavar="SKU=N[,damaged=N][,short=N][,reason=TEXT]",
            help="Good units of one line, and what was damaged or short; may be repeated.",
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Everything that is still to come has arrived whole.")
    ] = False,
    delivery: Annotated[
        str | None,
        typer.Option(
            "--delivery", help="Number of the delivery note; the same one counts only once."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Record goods that arrived, delivery by delivery; a negative number corrects a count.

    Good units count as received; damaged and short ones do not. With `sync.push_receipts` the
    totals are sent to Lightspeed and read back; the stock moves when the consignment is
    completed there.
    """
    if bool(line) == everything:
        raise Failure(
            "Say what arrived.", next_step="Give --line for each line, or --all.", code=USAGE
        )
    counted = [read_line(each) for each in line or ()]
    name = delivery or f"{datetime.now().astimezone():%Y-%m-%d %H:%M} {uuid.uuid4().hex[:8]}"

    async def work(client: "ControlClient") -> "ReceiveReport":
        return await client.receive(order, counted, delivery=name, everything=everything)

    report = ask(ctx, work)
    out = options.output(ctx, json=json)
    if json:
        out.one(report)
    else:
        _print(out, report)


def _print(out: Output, report: "ReceiveReport") -> None:
    if not report.recorded:
        out.text(f"Delivery {report.delivery} was recorded before; nothing was added.")
    out.table(report.lines, GOODS_COLUMNS)
    if report.remarks:
        out.text(block("\nWorth a look", [f"! {each}" for each in report.remarks]))
    if report.job_id is not None:
        out.say(f"Job {report.job_id} tells Lightspeed.")


def read_line(text: str) -> "CountedLine":
    """``SKU=5,damaged=1,reason=wet box`` as a counted line; the reason may hold commas.

    Raises:
        Failure: it does not read so.
    """
    from lsync.core.control.messages import CountedLine

    head, *rest = text.split(",")
    sku, equals, number = head.rpartition("=")
    if not equals or not sku.strip():
        raise _unreadable(text, "it must begin with SKU=NUMBER")
    fields = _fields(text, rest)
    return CountedLine(
        sku=sku.strip(),
        received=_number(text, number),
        damaged=_number(text, fields.get("damaged", "0")),
        short=_number(text, fields.get("short", "0")),
        reason=fields.get("reason"),
    )


def _fields(text: str, parts: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, part in enumerate(parts):
        name, equals, value = part.partition("=")
        name = name.strip()
        if not equals or name not in FIELDS or name in found:
            raise _unreadable(text, f"after the first comma come {', '.join(FIELDS)}, each once")
        if name == "reason":
            found[name] = ",".join([value, *parts[place + 1 :]]).strip()
            break
        found[name] = value
    return found


def _number(text: str, number: str) -> Decimal:
    try:
        return Decimal(number.strip())
    except InvalidOperation:
        raise _unreadable(text, f"{number.strip() or 'nothing'} is no number") from None


def _unreadable(text: str, why: str) -> Failure:
    return Failure(
        f"--line {text} cannot be read.",
        why=f"{why[0].upper()}{why[1:]}.",
        next_step="Write it like --line 'SKU-0002=3,damaged=1,reason=wet box'.",
        code=USAGE,
    )
