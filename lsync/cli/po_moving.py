"""Moving orders on: submit, cancel, close, hold, release. Registered by ``po``.

Each takes order numbers, or ``--all`` with filters.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli.bulk import act_on_each
from lsync.cli.choosing import check_which, choose
from lsync.cli.groups import examples
from lsync.cli.lookup import suggesting
from lsync.cli.options import Json, SomeOrders, Yes
from lsync.cli.selection import WhichOrders, takes
from lsync.core.domain.order import EDITABLE, TRANSITIONS, OrderState

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import OrderDetail, OrderSummary

CANCELLABLE = tuple(
    state for state, reached in TRANSITIONS.items() if OrderState.CANCELLED in reached
)
Everything = Annotated[
    bool, typer.Option("--all", help="Every order that this can be done to, or those that match.")
]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command(
        "submit",
        epilog=examples(
            "lsync po submit PO-1001 PO-1002", "lsync po submit --all --outlet Harbour"
        ),
    )(submit)
    app.command(
        "cancel",
        epilog=examples(
            "lsync po cancel PO-1001",
            "lsync po cancel PO-1001 --yes",
            "lsync po cancel --all --supplier Northwind --filter 'age>90d'",
        ),
    )(cancel)
    app.command(
        "close",
        epilog=examples("lsync po close PO-1001", "lsync po close --all --until 2026-10-01"),
    )(close)
    app.command(
        "hold",
        epilog=examples(
            "lsync po hold PO-1001 PO-1002", "lsync po hold --all --supplier Northwind"
        ),
    )(hold)
    app.command(
        "release",
        epilog=examples("lsync po release PO-1001 PO-1002", "lsync po release --all --yes"),
    )(release)


@takes(WhichOrders)
def submit(
    ctx: typer.Context,
    orders: SomeOrders = None,
    *,
    everything: Everything = False,
    which: WhichOrders,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Hand drafts in for approval."""
    wanted = _Wanted(orders=orders, which=which, everything=everything, yes=yes, json=json)
    _act(
        ctx,
        wanted,
        lambda client, number: client.move_order(number, "submit"),
        verb="Submit",
        among=(OrderState.DRAFT,),
    )


@takes(WhichOrders)
def cancel(
    ctx: typer.Context,
    orders: SomeOrders = None,
    *,
    everything: Everything = False,
    which: WhichOrders,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Cancel orders. The daemon cancels in Lightspeed what has received nothing."""
    wanted = _Wanted(orders=orders, which=which, everything=everything, yes=yes, json=json)
    _act(
        ctx,
        wanted,
        lambda client, number: client.move_order(number, "cancel"),
        verb="Cancel",
        among=CANCELLABLE,
        ask_named=True,
    )


@takes(WhichOrders)
def close(
    ctx: typer.Context,
    orders: SomeOrders = None,
    *,
    everything: Everything = False,
    which: WhichOrders,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Close received orders: nothing more is expected of them."""
    wanted = _Wanted(orders=orders, which=which, everything=everything, yes=yes, json=json)
    _act(
        ctx,
        wanted,
        lambda client, number: client.move_order(number, "close"),
        verb="Close",
        among=(OrderState.RECEIVED,),
    )


@takes(WhichOrders)
def hold(
    ctx: typer.Context,
    orders: SomeOrders = None,
    *,
    everything: Everything = False,
    which: WhichOrders,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Keep orders from being pushed until they are released."""
    wanted = _Wanted(orders=orders, which=which, everything=everything, yes=yes, json=json)
    _act(
        ctx,
        wanted,
        lambda client, number: client.hold(number),
        verb="Hold",
        among=EDITABLE,
        held=False,
    )


@takes(WhichOrders)
def release(
    ctx: typer.Context,
    orders: SomeOrders = None,
    *,
    everything: Everything = False,
    which: WhichOrders,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Let held orders go. Approved ones are queued at once."""
    wanted = _Wanted(orders=orders, which=which, everything=everything, yes=yes, json=json)
    _act(
        ctx,
        wanted,
        lambda client, number: client.release(number),
        verb="Release",
        among=EDITABLE,
        held=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What was typed."""

    orders: list[str] | None
    which: WhichOrders
    everything: bool
    yes: bool
    json: bool


def _act(
    ctx: typer.Context,
    wanted: _Wanted,
    act: "Callable[[ControlClient, str], Awaitable[OrderDetail]]",
    *,
    verb: str,
    among: Collection[OrderState],
    held: bool | None = None,
    ask_named: bool = False,
) -> None:
    from lsync.cli.sync_view import RESULT_COLUMNS

    check_which(wanted.orders, wanted.which, everything=wanted.everything)

    def fits(order: "OrderSummary") -> bool:
        return order.state in among and held in {None, order.held}

    async def names(client: "ControlClient") -> list[str]:
        return await choose(
            client,
            wanted.orders,
            wanted.which,
            among=among,
            fits=fits,
            verb=verb,
            yes=wanted.yes,
            ask_named=ask_named,
        )

    async def one(client: "ControlClient", number: str) -> "OrderDetail":
        async with suggesting(client, number):
            return await act(client, number)

    empty = "No order matches."
    act_on_each(ctx, names, one, columns=RESULT_COLUMNS, json=wanted.json, empty=empty)
