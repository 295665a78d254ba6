"""Words that the shell completes: states and the like, and what the daemon or its database knows.

Completion must never disturb: with any trouble there is nothing to offer.
"""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from lsync.core.control.client import ControlClient

OFFERED = 40
SECONDS = 2.0
"""How long a daemon may take to answer."""
ALONE_SECONDS = 10.0
"""How long it may take without one, on a busy machine: the database's libraries are loaded."""
Words = list[tuple[str, str]]


def order_numbers(ctx: typer.Context, incomplete: str) -> Words:
    """Numbers of orders, each with its states."""

    async def work(client: "ControlClient") -> Words:
        found = await client.orders(text=incomplete or None, limit=OFFERED)
        return [(each.order_number, f"{each.state}, {each.sync_state}") for each in found]

    return _offer(ctx, incomplete, work)


def several_orders(ctx: typer.Context, incomplete: str) -> Words:
    """Numbers of orders, the last of several with commas."""
    done, comma, begun = incomplete.rpartition(",")
    return [(f"{done}{comma}{number}", told) for number, told in order_numbers(ctx, begun)]


def job_types(ctx: typer.Context, incomplete: str) -> Words:
    """Types of the jobs there are."""

    async def work(client: "ControlClient") -> Words:
        counted = await client.stats()
        return [(each, "") for each in counted.by_type]

    return _offer(ctx, incomplete, work)


def job_ids(ctx: typer.Context, incomplete: str) -> Words:
    """Ids of the newest jobs, each with its type and state."""

    async def work(client: "ControlClient") -> Words:
        found = await client.jobs(limit=OFFERED)
        return [(str(each.id), f"{each.type}, {each.state}") for each in found]

    return _offer(ctx, incomplete, work)


def setting_keys(incomplete: str) -> Words:
    """Keys of settings; nobody has to be asked for them."""
    from lsync.core.settings.keys import FIELDS

    return [
        (key, each.description or "") for key, each in FIELDS.items() if key.startswith(incomplete)
    ]


def one_of(allowed: Iterable[str]) -> Callable[[str], list[str]]:
    """A completion of fixed words; of several with commas, the last."""
    words = [str(each) for each in allowed]

    def offer(incomplete: str) -> list[str]:
        done, comma, begun = incomplete.rpartition(",")
        return [f"{done}{comma}{each}" for each in words if each.startswith(begun)]

    return offer


def _offer(
    ctx: typer.Context, incomplete: str, work: "Callable[[ControlClient], Awaitable[Words]]"
) -> Words:
    with suppress(Exception):
        import asyncio

        found = asyncio.run(_ask(ctx, work))
        return [each for each in found if each[0].startswith(incomplete) and each[0].isprintable()]
    return []


async def _ask(ctx: typer.Context, work: "Callable[[ControlClient], Awaitable[Words]]") -> Words:
    import asyncio

    from lsync.cli.connection import connect
    from lsync.cli.options import General
    from lsync.core.control.errors import DaemonUnreachable

    given = ctx.find_root().params
    general = General(config=given.get("config"), socket=given.get("socket"), quiet=True)
    try:
        async with asyncio.timeout(SECONDS), connect(general, daemon=True) as client:
            return await work(client)
    except DaemonUnreachable:
        async with asyncio.timeout(ALONE_SECONDS), connect(general) as client:
            return await work(client)
