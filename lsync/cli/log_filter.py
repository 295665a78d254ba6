"""Which entries of the sync log a command means: its options, and reading them page by page."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lsync.cli.choices import LOG_STATUSES, check_choice
from lsync.cli.completing import one_of, order_numbers
from lsync.cli.failures import USAGE, Failure
from lsync.cli.paging import paged
from lsync.core.domain.moments import parse_moment

if TYPE_CHECKING:
    from lsync.cli.sifting import Sieve
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import LogEntry

Text = Annotated[
    str | None, typer.Argument(metavar="TEXT", help="Words to look for.", show_default=False)
]
Order = Annotated[
    str | None,
    typer.Option("--order", help="Only this order.", autocompletion=order_numbers),
]
Status = Annotated[
    str | None,
    typer.Option(
        "--status", help=f"One of {', '.join(LOG_STATUSES)}.", autocompletion=one_of(LOG_STATUSES)
    ),
]
Operation = Annotated[
    str | None, typer.Option("--operation", help="push, pull, poll, import, approve …")
]
Since = Annotated[
    str | None, typer.Option("--since", help="From then on: 2h, yesterday, 2026-11-01.")
]
Terms = Annotated[
    str | None,
    typer.Option(
        "--filter", metavar="TERMS", help="As in the dashboard: 'status:failed !step:read took>2'."
    ),
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
    sieve: "Sieve[LogEntry] | None" = None
    """What ``--filter`` leaves to compare here."""

    def keeps(self, entry: "LogEntry") -> bool:
        """Whether an entry passes what the daemon was not asked."""
        return self.sieve is None or self.sieve.keeps(entry)

    def entries(
        self, client: "ControlClient", *, limit: int | None = None
    ) -> "AsyncIterator[LogEntry]":
        """The entries, newest first, in bounded memory."""

        async def page(before: int | None, size: int) -> "tuple[LogEntry, ...]":
            return await self.page(client, before=before, limit=size)

        if self.sieve is None:
            return paged(page, lambda entry: entry.id, limit=limit)
        return self.sieve.sift(paged(page, lambda entry: entry.id), limit=limit)

    async def page(
        self,
        client: "ControlClient",
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int | None = None,
    ) -> "tuple[LogEntry, ...]":
        """One page, newest first, of what the daemon finds."""
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
    typed: str | None = None,
) -> LogFilter:
    """The filter that a person's words make; ``typed`` is that of ``--filter``.

    Raises:
        Failure: a status does not exist, or a moment or the filter cannot be understood.
    """
    check_choice("--status", status, LOG_STATUSES)
    words = {"text": text, "order": order, "status": status, "operation": operation}
    moments = {"since": read_moment("--since", since), "until": read_moment("--until", until)}
    given: dict[str, Any] = {
        name: value for name, value in (words | moments).items() if value is not None
    }
    if typed is None:
        return LogFilter(**given)
    from lsync.cli.sifting import log_sieve, merged

    sieve = log_sieve(typed)
    asked = merged(given, sieve)
    for name in ("since", "until"):
        if isinstance(asked.get(name), str):
            asked[name] = datetime.fromisoformat(asked[name])
    return LogFilter(**asked, sieve=None if sieve.complete else sieve)


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
            f"{option} cannot be {text}.", next_step=_sentence(f"{error}"), code=USAGE
        ) from error


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
