"""The one client of the daemon: a typed method for each route of the control protocol."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from lsync.core.control import messages as m
from lsync.core.control.adjustment_calls import AdjustmentCalls
from lsync.core.control.adoption_calls import AdoptionCalls
from lsync.core.control.decision_calls import DecisionCalls
from lsync.core.control.errors import ControlError, DaemonUnreachable
from lsync.core.control.expecting import many as _many
from lsync.core.control.expecting import one as _one
from lsync.core.control.expecting import order_path as _order
from lsync.core.control.goods_calls import GoodsCalls
from lsync.core.control.import_calls import ImportCalls
from lsync.core.control.job_calls import JobCalls
from lsync.core.control.link import Link
from lsync.core.control.mapping_calls import MappingCalls
from lsync.core.control.order_calls import OrderCalls
from lsync.core.control.report_calls import ReportCalls
from lsync.core.control.sync_calls import SyncCalls
from lsync.core.control.webhook_calls import WebhookCalls

if TYPE_CHECKING:
    import httpx

__all__ = ["ControlClient", "ControlError", "DaemonUnreachable"]

LONG_READ_SECONDS = 180.0
"""For what takes many calls to Lightspeed, or touches thousands of orders."""


class ControlClient(
    AdjustmentCalls,
    AdoptionCalls,
    DecisionCalls,
    GoodsCalls,
    ImportCalls,
    JobCalls,
    MappingCalls,
    OrderCalls,
    ReportCalls,
    SyncCalls,
    WebhookCalls,
):
    """Talks to a daemon, or to the same application in this process.

    Every method raises ``ControlError`` when the daemon refuses and its subclass
    ``DaemonUnreachable`` when it does not answer. Nothing is retried here.
    """

    def __init__(self, way: httpx.AsyncBaseTransport | Link, *, address: str) -> None:
        """``way`` leads to the daemon; ``address`` is what errors call it."""
        self._link = way if isinstance(way, Link) else _over_http(way, address=address)
        self.address = address

    async def __aenter__(self) -> Self:
        """Use the client as a block that closes it."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._link.aclose()

    # The whole

    async def hello(self) -> m.Hello:
        """Who answers."""
        return await self._link.get("/v1/hello", _one(m.Hello))

    async def status(self) -> m.StatusMessage:
        """Everything the overview shows."""
        return await self._link.get("/v1/status", _one(m.StatusMessage))

    async def stats(self) -> m.QueueStats:
        """Counts and durations of the queue."""
        return await self._link.get("/v1/stats", _one(m.QueueStats))

    async def settings(self) -> tuple[m.SettingMessage, ...]:
        """Every setting with its source, secrets masked."""
        return await self._link.get("/v1/settings", _many(m.SettingMessage))

    async def change_setting(self, key: str, value: str | None) -> m.SettingChanged:
        """Keep a value in the database, or forget the one kept there."""
        body = m.SettingChange(key=key, value=value)
        return await self._link.post("/v1/settings", _one(m.SettingChanged), body=body)

    def events(self, last_event_id: str | None = None) -> AsyncGenerator[m.Event, None]:
        """Live events until the daemon ends the stream; reconnecting is the caller's.

        Give the id of the last event seen to resume; otherwise, or when that is too long ago,
        a ``status`` snapshot or a ``resync`` comes first. Leave it by ``contextlib.aclosing``.
        """
        return self._link.stream("/v1/events", last_event_id=last_event_id)

    # Purchase orders

    async def orders(
        self,
        *,
        state: str | None = None,
        sync_state: str | None = None,
        order: str | None = None,
        supplier: str | None = None,
        outlet: str | None = None,
        text: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> tuple[m.OrderSummary, ...]:
        """Orders that match, one page; ``after`` is the last order number of the page before.

        ``since`` and ``until`` are moments of the last change.
        """
        query = {
            "state": state,
            "sync_state": sync_state,
            "order": order,
            "supplier": supplier,
            "outlet": outlet,
            "text": text,
            "since": None if since is None else since.isoformat(),
            "until": None if until is None else until.isoformat(),
            "limit": limit,
            "after": after,
        }
        return await self._link.get("/v1/purchase-orders", _many(m.OrderSummary), query=query)

    async def order(self, order_number: str) -> m.OrderDetail:
        """One order whole."""
        return await self._link.get(_order(order_number), _one(m.OrderDetail))

    async def approve(
        self, order_numbers: Sequence[str] = (), *, approve_all: bool = False
    ) -> tuple[m.ApprovedOrder, ...]:
        """Approve the named orders, or with ``approve_all`` all that wait for approval."""
        body = m.ApproveRequest(order_numbers=tuple(order_numbers), all=approve_all)
        return await self._link.post(
            "/v1/purchase-orders/approve",
            _many(m.ApprovedOrder),
            body=body,
            read_seconds=LONG_READ_SECONDS,
        )

    async def hold(self, order_number: str) -> m.OrderDetail:
        """Keep an order from being pushed."""
        return await self._link.post(f"{_order(order_number)}/hold", _one(m.OrderDetail))

    async def release(self, order_number: str) -> m.OrderDetail:
        """Let a held order go; an approved one is queued."""
        return await self._link.post(f"{_order(order_number)}/release", _one(m.OrderDetail))

    # What was done and seen

    async def log(
        self,
        *,
        text: str | None = None,
        order: str | None = None,
        status: str | None = None,
        operation: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        after: int | None = None,
        before: int | None = None,
    ) -> tuple[m.LogEntry, ...]:
        """Entries of the sync log that match, newest first; ``before`` an id pages back."""
        query = {
            "text": text,
            "order": order,
            "status": status,
            "operation": operation,
            "since": since and since.isoformat(),
            "until": until and until.isoformat(),
            "limit": limit,
            "after": after,
            "before": before,
        }
        return await self._link.get("/v1/log", _many(m.LogEntry), query=query)

    async def log_entry(self, entry_id: int) -> m.LogEntry:
        """One entry of the sync log."""
        return await self._link.get(f"/v1/log/{entry_id}", _one(m.LogEntry))

    async def api_calls(
        self, *, order: str | None = None, limit: int | None = None, before: int | None = None
    ) -> tuple[m.ApiCall, ...]:
        """HTTP exchanges with Lightspeed, newest first, without headers and bodies."""
        query = {"order": order, "limit": limit, "before": before}
        return await self._link.get("/v1/api-log", _many(m.ApiCall), query=query)

    async def api_call(self, call_id: int) -> m.ApiCall:
        """One exchange with headers and bodies, secrets removed."""
        return await self._link.get(f"/v1/api-log/{call_id}", _one(m.ApiCall))

    # Lightspeed

    async def vend_test(self) -> m.VendTest:
        """Try one cheap call to Lightspeed."""
        return await self._link.post("/v1/vend/test", _one(m.VendTest))

    async def vend_outlets(self) -> tuple[m.VendOutlet, ...]:
        """Every outlet; costs a call."""
        return await self._link.get("/v1/vend/outlets", _many(m.VendOutlet))

    async def vend_suppliers(self) -> tuple[m.VendSupplier, ...]:
        """Every supplier; costs a call."""
        return await self._link.get("/v1/vend/suppliers", _many(m.VendSupplier))

    async def vend_products(
        self,
        *,
        sku: str | None = None,
        text: str | None = None,
        limit: int | None = None,
        after: int | None = None,
    ) -> m.VendProductPage:
        """The products of a SKU, or one page of those with ``text`` in SKU or name; one call."""
        query = {"sku": sku, "text": text, "limit": limit, "after": after}
        return await self._link.get("/v1/vend/products", _one(m.VendProductPage), query=query)

    async def vend_consignment(self, name: str) -> m.VendConsignment:
        """One consignment by order number, id or reference; the last may cost many calls."""
        return await self._link.get(
            f"/v1/vend/consignments/{quote(name, safe='')}",
            _one(m.VendConsignment),
            read_seconds=LONG_READ_SECONDS,
        )

    async def vend_probe(self) -> m.VendProbe:
        """Find out with a disposable consignment what the account does, and keep the answers."""
        return await self._link.post(
            "/v1/vend/probe", _one(m.VendProbe), read_seconds=LONG_READ_SECONDS
        )

    async def vend_authorization(self, *, redirect_uri: str, state: str) -> m.Authorization:
        """Where a person grants access to the shop; sends nothing."""
        body = m.AuthorizationRequest(redirect_uri=redirect_uri, state=state)
        return await self._link.post("/v1/vend/authorization", _one(m.Authorization), body=body)

    async def vend_login(
        self, code: str, *, redirect_uri: str, domain_prefix: str | None = None
    ) -> m.VendLogin:
        """Turn the code of an authorization into tokens, which the daemon keeps."""
        body = m.LoginRequest(code=code, redirect_uri=redirect_uri, domain_prefix=domain_prefix)
        return await self._link.post(
            "/v1/vend/login", _one(m.VendLogin), body=body, read_seconds=LONG_READ_SECONDS
        )


def _over_http(transport: httpx.AsyncBaseTransport, *, address: str) -> Link:
    # Loaded only where it is used: commands beside a daemon go without httpx.
    from lsync.core.control.http_link import HttpLink

    return HttpLink(transport, address=address)
