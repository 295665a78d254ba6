"""Which entries of the sync log a command means: its options, and reading them page by page."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from lsync.cli.choices import LOG_STATUSES, check_choice
from lsync.cli.failures import USAGE, Failure
from lsync.cli.paging import paged
from lsync.core.domain.moments import parse_moment

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import LogEntry

Text = Annotated[
    str | None, typer.Argument(metavar="[TEXT]", help="Words to look for.", show_default=False)
]
Order = Annotated[str | None, typer.Option("--order", help="Only this order.")]
Status = Annotated[str | None, typer.Option("--status", help=f"One of {', '.join(LOG_STATUSES)}.")]
Operation = Annotated[
    str | None, typer.Option("--operation", help="push, pull, poll, import, approve …")
]
Since = Annotated[
    str | None, typer.Option("--since", help="From then on: 2h, yesterday, 2026-11-01.")
]
Until = Annotated[str | None, typer.Option("--until", help="Up to then; written like --since.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """What must match; ``None`` lets everything through. Times are moments, not words."""

    text: str | None = None
    order: str | None = None
    status: str | None = None
    operation: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def entries(
        self, client: "ControlClient", *, limit: int | None = None
    ) -> "AsyncIterator[LogEntry]":
        """The entries, newest first, in bounded memory."""

        async def page(before: int | None, size: int) -> "tuple[LogEntry, ...]":
            return await self.page(client, before=before, limit=size)

        return paged(page, lambda entry: entry.id, limit=limit)

    async def page(
        self,
        client: "ControlClient",
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int | None = None,
    ) -> "tuple[LogEntry, ...]":
        """One page, newest first."""
        return await client.log(
            text=self.text,
            order=self.order,
            status=self.status,
            operation=self.operation,
            since=self.since,
            until=self.until,
            limit=limit,
            before=before,
            after=after,
        )


def read_filter(
    *,
    text: str | None,
    order: str | None,
    status: str | None,
    operation: str | None,
    since: str | None,
    until: str | None,
) -> LogFilter:
    """The filter that a person's words make.

    Raises:
        Failure: a status does not exist or a moment cannot be understood.
    """
    check_choice("--status", status, LOG_STATUSES)
    return LogFilter(
        text=text,
        order=order,
        status=status,
        operation=operation,
        since=read_moment("--since", since),
        until=read_moment("--until", until),
    )


def read_moment(option: str, text: str | None) -> datetime | None:
    """The moment that a person's words mean; ``option`` is what errors call it.

    Raises:
        Failure: they cannot be understood.
    """
    if text is None:
        return None
    try:
        return parse_moment(text, now=datetime.now(UTC))
    except (ValueError, OverflowError) as error:
        raise Failure(
            f"{option} cannot be {text}.", next_step=f"{error}".capitalize() + ".", code=USAGE
        ) from error
