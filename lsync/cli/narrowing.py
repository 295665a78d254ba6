"""Rows narrowed here by what the daemon is not asked: a text, moments, an order's supplier."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from lsync.cli.choices import check_choice
from lsync.cli.completing import one_of, order_numbers
from lsync.cli.log_filter import Since, Until, read_moment
from lsync.cli.paging import paged
from lsync.cli.selection import Outlet, Supplier, asked_of
from lsync.core.domain.decision import DecisionKind

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import DecisionMessage

Row = TypeVar("Row")
KINDS = tuple(DecisionKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What rows must hold; ``None`` lets everything through."""

    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def keeps(self, moment: datetime | None, words: Iterable[object]) -> bool:
        """Whether a row of that moment, with these words, passes."""
        if self.since and (moment is None or moment < self.since):
            return False
        if self.until and (moment is None or moment >= self.until):
            return False
        return self.text is None or contains(self.text, words)


def contains(text: str, words: Iterable[object]) -> bool:
    """Whether one of the words has the text in it, whatever its capitals."""
    return any(text.casefold() in str(word).casefold() for word in words if word is not None)


def read_window(*, text: str | None, since: str | None, until: str | None) -> Window:
    """The window that a person's words mean. Raises ``Failure`` for a moment that is none."""
    return Window(
        text=text, since=read_moment("--since", since), until=read_moment("--until", until)
    )


async def keep(
    rows: AsyncIterator[Row], fits: Callable[[Row], bool], *, limit: int | None = None
) -> AsyncIterator[Row]:
    """The rows that fit, at most ``limit``."""
    left = limit
    async for row in rows:
        if fits(row):
            yield row
            left = None if left is None else left - 1
            if left == 0:
                return


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichDecisions:
    """Options that narrow questions which wait for a person."""

    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            help=f"Of {', '.join(KINDS)}; several with commas.",
            autocompletion=one_of(KINDS),
        ),
    ] = None
    order: Annotated[
        str | None,
        typer.Option("--order", help="Only those of this order.", autocompletion=order_numbers),
    ] = None
    supplier: Supplier = None
    outlet: Outlet = None
    text: Annotated[
        str | None, typer.Option("--text", help="Part of the question, the order or the note.")
    ] = None
    since: Since = None
    until: Until = None

    def asked(self) -> "dict[str, Any]":
        """What the daemon is asked.

        Raises:
            Failure: a kind does not exist, or a moment cannot be understood.
        """
        check_choice("--kind", self.kind, KINDS)
        asked = asked_of(self)
        return {name: asked[name] for name in ("kind", "order") if name in asked}


async def matching_decisions(
    client: "ControlClient",
    which: WhichDecisions,
    *,
    states: str | None,
    limit: int | None = None,
) -> "AsyncIterator[DecisionMessage]":
    """The decisions that match, newest first.

    Raises:
        Failure: the filters cannot be understood.
    """
    asked = which.asked()
    window = read_window(text=which.text, since=which.since, until=which.until)

    async def page(before: int | None, size: int) -> "tuple[DecisionMessage, ...]":
        return await client.decisions(**asked, state=states, limit=size, before=before)

    rows = keep(
        paged(page, lambda each: each.id), lambda each: window.keeps(each.raised_at, _words(each))
    )
    if which.supplier is not None or which.outlet is not None:
        rows = _about(client, rows, supplier=which.supplier, outlet=which.outlet)
    async for each in keep(rows, lambda _: True, limit=limit):
        yield each


def _words(each: "DecisionMessage") -> tuple[object, ...]:
    return each.order_number, each.question, each.consequence, each.source, each.note


async def _about(
    client: "ControlClient",
    rows: "AsyncIterator[DecisionMessage]",
    *,
    supplier: str | None,
    outlet: str | None,
) -> "AsyncIterator[DecisionMessage]":
    """Those about an order of the supplier and outlet; each order is asked for once."""
    known: dict[str, bool] = {}
    async for each in rows:
        number = each.order_number
        if number is None:
            continue
        if number not in known:
            found = await client.orders(order=number, supplier=supplier, outlet=outlet, limit=1)
            known[number] = bool(found)
        if known[number]:
            yield each
