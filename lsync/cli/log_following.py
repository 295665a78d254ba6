"""Showing the sync log as it grows. Asks for what is newer; works without the live stream too."""

import asyncio
from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

from lsync.cli.log_filter import LogFilter
from lsync.cli.moments import local_exact
from lsync.cli.output import Output, json_line
from lsync.cli.wording import marked

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import LogEntry

FIRST_FOLLOWED = 10
"""Entries shown at the start, as ``tail -f`` does."""
LOOK_SECONDS = 1.0
PAGE = 100


async def follow_log(
    client: "ControlClient", wanted: LogFilter, *, out: Output, first: int
) -> None:
    """Print the newest ``first`` entries and then each new one, oldest first, until cancelled."""
    newest = await wanted.page(client, limit=first)
    last = newest[0].id if newest else 0
    _print(out, filter(wanted.keeps, reversed(newest)))
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        fresh = await _newer(client, wanted, last=last)
        _print(out, filter(wanted.keeps, reversed(fresh)))
        last = fresh[0].id if fresh else last


async def _newer(client: "ControlClient", wanted: LogFilter, *, last: int) -> "list[LogEntry]":
    """Entries after ``last``, newest first, however many pages they take."""
    found: list[LogEntry] = []
    before: int | None = None
    while page := await wanted.page(client, after=last, before=before, limit=PAGE):
        found = list(chain(found, page))
        before = page[-1].id
        if len(page) < PAGE:
            break
    return found


def _print(out: Output, oldest_first: "Iterable[LogEntry]") -> None:
    for entry in oldest_first:
        if out.for_people:
            order = f" {entry.order_number}" if entry.order_number else ""
            what = f"{marked(entry.status).text:9}{order} {entry.step}: {entry.message}"
            out.text(f"{local_exact(entry.created_at)} {what}")
        else:
            out.text(json_line(entry.model_dump(mode="json")))
