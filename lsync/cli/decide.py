"""``lsync decide``: questions that wait for a person."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lsync.cli import options
from lsync.cli.choices import check_choice
from lsync.cli.completing import one_of
from lsync.cli.connection import ask
from lsync.cli.failures import FAILED, USAGE, Failure
from lsync.cli.groups import examples, group
from lsync.cli.narrowing import WhichDecisions, matching_decisions
from lsync.cli.options import Json, JsonLines, Limit, Yes
from lsync.cli.pager import through_pager
from lsync.cli.questions import confirm_count
from lsync.cli.selection import given, takes
from lsync.cli.wording import count, listing
from lsync.core.domain.decision import DecisionState

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import AnsweredDecision, DecisionMessage

STATES = (*DecisionState, "all")
MOST = 1000
"""Decisions that are answered at once, the newest."""
SHOWN = 5
"""Questions read out before a person is asked to confirm an answer to all."""

app = group(
    "Questions that wait for a person: list, accept, reject.",
    "lsync decide list",
    "lsync decide accept 12",
    "lsync decide reject 13 --note 'agreed with the supplier'",
)

Ids = Annotated[
    list[int] | None,
    typer.Argument(metavar="ID", min=1, help="Decision ids.", show_default=False),
]
Everything = Annotated[bool, typer.Option("--all", help="Every open one that the filters leave.")]
Note = Annotated[str | None, typer.Option("--note", help="Why; kept with the answer.")]


@app.command(
    "list",
    epilog=examples(
        "lsync decide list",
        "lsync decide list --order PO-1001 --state all",
        "lsync decide list --kind cost --supplier Northwind --since yesterday",
    ),
)
@through_pager
@takes(WhichDecisions)
def list_(
    ctx: typer.Context,
    *,
    which: WhichDecisions,
    state: Annotated[
        str,
        typer.Option(
            "--state",
            help=f"Of {', '.join(STATES)}; several with commas.",
            autocompletion=one_of(STATES),
        ),
    ] = DecisionState.OPEN.value,
    limit: Limit = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """List questions with both values, newest first; open ones unless --state says otherwise."""
    from lsync.cli.decide_view import DECISION_COLUMNS

    check_choice("--state", state, STATES)
    out = options.output(ctx, json=json, jsonl=jsonl)
    states = None if "all" in state.split(",") else state

    async def work(client: "ControlClient") -> None:
        rows = matching_decisions(client, which, states=states, limit=limit)
        await out.stream(rows, DECISION_COLUMNS, empty="Nothing waits for a decision.", limit=limit)

    ask(ctx, work)


@app.command(
    "accept",
    epilog=examples(
        "lsync decide accept 12 13",
        "lsync decide accept --all --order PO-1001 --kind cost",
    ),
)
@takes(WhichDecisions)
def accept(
    ctx: typer.Context,
    ids: Ids = None,
    *,
    which: WhichDecisions,
    everything: Everything = False,
    note: Note = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Take the other side's value over, as the question says.

    A cost changes the order's line and the product's supplier price at Lightspeed; a changed,
    added or removed line changes the order. Nothing is sent to the consignment: it is so there.
    """
    _answer(
        ctx,
        "accept",
        ids,
        which=which,
        everything=everything,
        note=note,
        yes=yes,
        json=json,
    )


@app.command(
    "reject",
    epilog=examples(
        "lsync decide reject 12 --note 'agreed with the supplier'",
        "lsync decide reject --all --kind line_added",
    ),
)
@takes(WhichDecisions)
def reject(
    ctx: typer.Context,
    ids: Ids = None,
    *,
    which: WhichDecisions,
    everything: Everything = False,
    note: Note = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Keep things here as they are.

    The difference stays visible as drift and is not asked about again; `lsync sync repair`
    brings Lightspeed back to the order.
    """
    _answer(
        ctx,
        "reject",
        ids,
        which=which,
        everything=everything,
        note=note,
        yes=yes,
        json=json,
    )


def _answer(
    ctx: typer.Context,
    answer: Literal["accept", "reject"],
    ids: list[int] | None,
    *,
    which: WhichDecisions,
    everything: bool,
    note: str | None,
    yes: bool,
    json: bool,
) -> None:
    from lsync.cli.decide_view import ANSWER_COLUMNS

    narrowed = everything or bool(given(which))
    if bool(ids) == narrowed:
        raise Failure(
            "Say which decisions.",
            next_step="Give ids, or --all with filters such as --order to narrow it; not both.",
            code=USAGE,
        )

    async def work(client: "ControlClient") -> "tuple[AnsweredDecision, ...]":
        if ids:
            return await client.answer(ids, answer, note=note)
        found = matching_decisions(client, which, states=DecisionState.OPEN.value, limit=MOST)
        chosen = [each async for each in found][::-1]
        if not chosen:
            return ()
        confirm_count(_question(answer, chosen), len(chosen), yes=yes)
        return await client.answer([each.id for each in chosen], answer, note=note)

    answered = ask(ctx, work)
    out = options.output(ctx, json=json)
    out.rows(answered, ANSWER_COLUMNS, empty="Nothing waits for a decision.")
    if not all(each.done for each in answered):
        raise typer.Exit(FAILED)


def _question(answer: str, chosen: "list[DecisionMessage]") -> str:
    told = listing(f"{each.id} {each.question}" for each in chosen[:SHOWN])
    more = f" and {len(chosen) - SHOWN} more" if len(chosen) > SHOWN else ""
    return f"{answer.capitalize()} {count(len(chosen), 'decision')} ({told}{more})?"
