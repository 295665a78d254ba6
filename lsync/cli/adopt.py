"""``lsync adopt``: taking over the consignments an older integration has created."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli import options
from lsync.cli.connection import ask
from lsync.cli.failures import FAILED
from lsync.cli.groups import examples, part
from lsync.cli.options import Json, Yes
from lsync.cli.questions import confirm
from lsync.cli.table import Column, Styled
from lsync.cli.wording import count

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import AdoptedLink, AdoptReport

app = part()
MARKS = {
    "adopt": ("✓", "green"),
    "known": ("·", "dim"),
    "twice": ("✗", "bold red"),
    "conflict": ("✗", "bold red"),
    "no_order": ("!", "yellow"),
    "gone": ("✗", "bold red"),
}
WRONG = frozenset({"twice", "conflict", "gone"})
"""Links that a person has to look at."""


def _state(each: "AdoptedLink") -> Styled:
    mark, style = MARKS[each.state]
    return Styled(text=f"{mark} {each.state.replace('_', ' ')}", style=style)


LINK_COLUMNS: "tuple[Column[AdoptedLink], ...]" = (
    Column(title="Order", cell=lambda each: each.order_number),
    Column(title="Result", cell=_state),
    Column(title="Consignment", cell=lambda each: each.consignment_id, rank=1),
    Column(title="Remark", cell=lambda each: each.remark, elastic=True, fold=True),
)


@app.command(
    "adopt",
    epilog=examples(
        "lsync adopt --table old_mappings --order-column po_number --consignment-column vend_id",
        "lsync adopt --table shop.orders --order-column number --consignment-column vend_id "
        "--apply",
    ),
)
def adopt(
    ctx: typer.Context,
    *,
    table: Annotated[
        str, typer.Option("--table", help="Table with the links; DATABASE.TABLE on MySQL.")
    ],
    order_column: Annotated[
        str, typer.Option("--order-column", help="Its column with the order number.")
    ],
    consignment_column: Annotated[
        str, typer.Option("--consignment-column", help="Its column with the consignment's id.")
    ],
    apply: Annotated[
        bool, typer.Option("--apply", help="Take over, after showing and asking.")
    ] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Take over the links an older integration left, each checked against Lightspeed.

    Without --apply it is a dry run. A linked order is never created again; its state, receipts
    and differences are pulled. An order that is linked twice, or to nothing, is reported and held
    until `lsync po release`, so that it is not created a second time; the table is only read.
    Exits 1 if a link needs a look.
    """

    async def work(client: "ControlClient") -> "AdoptReport":
        names = {"order_column": order_column, "consignment_column": consignment_column}
        plan = await client.adopt(table, **names)
        good = sum(each.state == "adopt" for each in plan.links)
        if not apply or not (good or plan.held):
            return plan
        confirm(f"Take over {count(good, 'order')}{_holding(plan)} ({_told(plan)})?", yes=yes)
        return await client.adopt(table, **names, commit=plan.state_hash)

    report = ask(ctx, work)
    out = options.output(ctx, json=json)
    if json:
        out.one(report)
    else:
        if report.links:
            out.table(report.links, LINK_COLUMNS)
        out.text(_summary(report, apply=apply))
    if any(each.state in WRONG for each in report.links):
        raise typer.Exit(FAILED)


def _told(report: "AdoptReport") -> str:
    found = Counter(each.state for each in report.links)
    return ", ".join(f"{number} {state.replace('_', ' ')}" for state, number in found.items())


def _holding(report: "AdoptReport") -> str:
    return f" and hold {len(report.held)}" if report.held else ""


def _summary(report: "AdoptReport", *, apply: bool) -> str:
    if not report.links:
        return "The table holds no links."
    told = f"{count(len(report.links), 'link')}: {_told(report)}."
    if not apply:
        too = f" and holds {', '.join(report.held)}" if report.held else ""
        return f"{told} Nothing was changed: this was a dry run; --apply takes over{too}."
    done = f"{told} {count(report.adopted, 'order')} taken over."
    if not report.held:
        return done
    return (
        f"{done} Held, as Lightspeed may have them already: {', '.join(report.held)}. Put the "
        "table right, run it again, and let them go with `lsync po release`."
    )
