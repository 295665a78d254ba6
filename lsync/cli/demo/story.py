"""What happens in the demo: orders come in, go out, and goods come back."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from lsync.cli.demo.proof import differences, read_ledger
from lsync.cli.demo.system import START_SECONDS, DemoSystem
from lsync.cli.failures import Failure
from lsync.cli.paging import paged
from lsync.cli.wording import count, listing
from lsync.core.control.client import ControlClient
from lsync.core.control.errors import ControlError, DaemonUnreachable
from lsync.core.control.finding import over_socket
from lsync.core.domain.job import JobState
from lsync.core.domain.order import OrderState, SyncState

if TYPE_CHECKING:
    from lsync.core.control.messages import ImportReport, OrderDetail, OrderSummary

SETTLE_SECONDS = 120.0
CATALOGUE = "catalogue.refresh"
LOOK_SECONDS = 0.1
SETTLED = frozenset({SyncState.SYNCED, SyncState.FAILED, SyncState.DRIFTED})

Say = Callable[[str], None]
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How the demo ended. ``differences`` is empty when the ledger equals the orders."""

    imported: "ImportReport"
    orders: "tuple[OrderDetail, ...]"
    received: tuple[str, ...]
    differences: tuple[str, ...]
    api_calls: int


class StoppedError(Exception):
    """The demo was left before its end."""


class Story:
    """Plays the demo against a running system; ``stop`` ends it at its next step."""

    def __init__(
        self,
        system: DemoSystem,
        *,
        filename: str,
        content: bytes,
        kill_daemon: bool,
        say: Say,
    ) -> None:
        """``say`` hears each step in a sentence."""
        self.stop = threading.Event()
        self._system = system
        self._filename, self._content = filename, content
        self._kill_daemon = kill_daemon
        self._say = say

    async def prepare(self) -> None:
        """Wait until the daemon answers and has read the catalogue.

        Raises:
            Failure: it does not.
        """
        async with over_socket(self._system.socket) as client:
            await self._until(
                lambda: _answers(client), what="the daemon answers", seconds=START_SECONDS
            )
            await self._until(lambda: _learned(client), what="the catalogue is read")

    async def play(self) -> Ending:
        """Everything from the first order to the comparison with the ledger.

        Raises:
            Failure: something did not happen in time.
            StoppedError: the demo was left.
        """
        async with over_socket(self._system.socket) as client, httpx.AsyncClient() as shop:
            report = await client.import_orders(self._filename, self._content)
            self._say(f"Imported {count(_came_in(report), 'order')} from {self._filename}.")
            numbers = [each.order_number for each in await client.approve(approve_all=True)]
            self._say(f"Approved {count(len(numbers), 'order')}; each is queued at once.")
            if self._kill_daemon:
                await self._crash(client)
            settled = await self._until(lambda: _settled(client), what="all orders are settled")
            self._say(f"Synced: {_tally(settled)}.")
            received = await self._receive(client, shop, settled)
            await self._until(
                lambda: _all_received(client, received), what="the receipts are pulled"
            )
            self._say("lsync has pulled both receipts.")
            return await self._compare(client, shop, report, received)

    async def _crash(self, client: ControlClient) -> None:
        await self._until(lambda: _some_settled(client), what="the first orders are settled")
        self._system.restart_daemon()
        self._say("Killed the daemon in the middle and started it again.")

    async def _receive(
        self, client: ControlClient, shop: httpx.AsyncClient, settled: "Iterable[OrderSummary]"
    ) -> tuple[str, ...]:
        """The shop receives the first synced order in full and the second short."""
        chosen = [order.order_number for order in settled if order.sync_state is SyncState.SYNCED][
            :2
        ]
        for number, short in zip(chosen, (False, True), strict=False):
            order = await client.order(number)
            url = (
                f"{self._system.simulator_url}/_sim/consignments/{order.consignment_ids[0]}/receive"
            )
            answer = await shop.post(url, json=short_receipt(order) if short else {})
            answer.raise_for_status()
            self._say(f"The shop received {number}{', one line short' * short}.")
        return tuple(chosen)

    async def _compare(
        self,
        client: ControlClient,
        shop: httpx.AsyncClient,
        report: "ImportReport",
        received: tuple[str, ...],
    ) -> Ending:
        ledger: list[dict[str, Any]] = (
            await shop.get(f"{self._system.simulator_url}/_sim/ledger")
        ).json()
        calls = (await shop.get(f"{self._system.simulator_url}/_sim/calls")).json()
        orders = [await client.order(each.order_number) for each in await _orders(client)]
        return Ending(
            imported=report,
            orders=tuple(orders),
            received=received,
            differences=tuple(differences(orders, read_ledger(ledger))),
            api_calls=calls["total"],
        )

    async def _until(
        self,
        probe: Callable[[], Awaitable[Found | None]],
        *,
        what: str,
        seconds: float = SETTLE_SECONDS,
    ) -> Found:
        """Ask ``probe`` until it has something; a daemon that is just restarting is waited for.

        Raises:
            Failure: it took too long.
            StoppedError: the demo was left.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.stop.is_set():
                raise StoppedError
            try:
                if found := await probe():
                    return found
            except ControlError as error:
                if not isinstance(error, DaemonUnreachable) and error.status != 503:
                    raise
                self._system.daemon.check()
            await asyncio.sleep(LOOK_SECONDS)
        raise Failure(
            f"The demo waited {seconds:.0f} s in vain until {what}.",
            next_step="Run it again with --keep and look at the logs in the directory it names.",
        )


def short_receipt(order: "OrderDetail") -> dict[str, dict[str, str]]:
    """Everything as ordered but one unit of the first line."""
    amounts = {line.sku or line.product_id or "": line.quantity for line in order.lines}
    first = next(iter(amounts))
    amounts[first] = max(Decimal(0), amounts[first] - 1)
    return {"lines": {name: str(amount) for name, amount in amounts.items()}}


async def _orders(client: ControlClient) -> "list[OrderSummary]":
    async def page(after: str | None, size: int) -> "tuple[OrderSummary, ...]":
        return await client.orders(limit=size, after=after)

    found = [order async for order in paged(page, lambda each: each.order_number)]
    return sorted(found, key=lambda order: order.order_number)


async def _answers(client: ControlClient) -> bool:
    await client.hello()
    return all(part.state != "failed" for part in (await client.status()).health)


async def _learned(client: ControlClient) -> bool:
    """Whether the catalogue that the daemon reads at its start is there: then a push costs 4."""
    return bool(await client.jobs(type=CATALOGUE, state=JobState.COMPLETED, limit=1))


async def _some_settled(client: ControlClient) -> bool:
    return any(order.sync_state is SyncState.SYNCED for order in await _orders(client))


async def _settled(client: ControlClient) -> "list[OrderSummary] | None":
    orders = await _orders(client)
    return orders if all(order.sync_state in SETTLED for order in orders) else None


async def _all_received(client: ControlClient, numbers: Iterable[str]) -> bool:
    orders = [await client.order(number) for number in numbers]
    return all(order.state is OrderState.RECEIVED for order in orders)


def _came_in(report: "ImportReport") -> int:
    return sum(order.result != "refused" for order in report.orders)


def _tally(orders: "Iterable[OrderSummary]") -> str:
    states = Counter(order.sync_state.replace("_", " ") for order in orders)
    return listing(f"{number} {state}" for state, number in states.items())
