"""The client: one object with a resource per family of operations."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import httpx

from lsync.core.lightspeed import answers
from lsync.core.lightspeed.budget import Budget
from lsync.core.lightspeed.caller import BudgetWait, Caller, Scope
from lsync.core.lightspeed.exchange import ExchangeHook
from lsync.core.lightspeed.hosts import version_of
from lsync.core.lightspeed.models.outlets import Outlet
from lsync.core.lightspeed.paging import page_of
from lsync.core.lightspeed.readers import Quarantine
from lsync.core.lightspeed.requests import Envelope, read
from lsync.core.lightspeed.resources.brands import Brands
from lsync.core.lightspeed.resources.categories import Categories, ProductTypes
from lsync.core.lightspeed.resources.consignments import Consignments
from lsync.core.lightspeed.resources.customer_groups import CustomerGroups
from lsync.core.lightspeed.resources.customers import Customers
from lsync.core.lightspeed.resources.fulfillments import Fulfillments
from lsync.core.lightspeed.resources.inventory import Inventory
from lsync.core.lightspeed.resources.outlets import Outlets
from lsync.core.lightspeed.resources.payment_types import PaymentTypes
from lsync.core.lightspeed.resources.price_books import PriceBooks
from lsync.core.lightspeed.resources.product_images import ProductImages
from lsync.core.lightspeed.resources.products import Products
from lsync.core.lightspeed.resources.purchase_orders import PurchaseOrders
from lsync.core.lightspeed.resources.registers import ButtonLayouts, Registers
from lsync.core.lightspeed.resources.reports import Reports
from lsync.core.lightspeed.resources.sales import Sales
from lsync.core.lightspeed.resources.search import Search
from lsync.core.lightspeed.resources.stock_adjustments import AdjustmentReasons, StockAdjustments
from lsync.core.lightspeed.resources.stock_takes import StockTakes
from lsync.core.lightspeed.resources.suppliers import Suppliers
from lsync.core.lightspeed.resources.tags import Tags
from lsync.core.lightspeed.resources.taxes import Taxes
from lsync.core.lightspeed.resources.transfers import Transfers
from lsync.core.lightspeed.resources.users import Users
from lsync.core.lightspeed.resources.variant_attributes import VariantAttributes
from lsync.core.lightspeed.resources.webhooks import Webhooks
from lsync.core.lightspeed.tokens import TokenSource
from lsync.core.lightspeed.transport import USER_AGENT, Timeouts, Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """What one cheap call shows: the token works, some outlets, the budget Lightspeed sees."""

    outlets: tuple[Outlet, ...]
    limit: int | None
    remaining: int | None
    request_id: str


class XSeries:
    """The Lightspeed Retail X-Series API of one shop.

    Use it as an async context manager, or `aclose()` it. Every method raises from the tree in
    `errors`. Reads are repeated when they fail; a write is sent once, and again only where it
    certainly was not executed.

    `base_url` is complete (see `hosts.build_base_url`). `on_exchange` gets every HTTP exchange
    without secrets; its failure is logged and ignored. `on_wait` hears of waits for the budget.
    """

    def __init__(
        self,
        *,
        base_url: str,
        token: TokenSource,
        budget: Budget,
        request_envelope: Envelope = "bare",
        on_exchange: ExchangeHook | None = None,
        on_wait: Callable[[BudgetWait], None] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        timeouts: Timeouts | None = None,
        user_agent: str = USER_AGENT,
    ) -> None:
        self._transport = Transport(
            base_url=base_url,
            on_exchange=on_exchange,
            transport=transport,
            clock=clock,
            timeouts=timeouts or Timeouts(),
            user_agent=user_agent,
        )
        caller = Caller(
            transport=self._transport,
            token=token,
            budget=budget,
            clock=clock,
            sleep=sleep,
            version=version_of(base_url),
            on_wait=on_wait,
        )
        self._bind(caller, envelope=request_envelope)

    def _bind(self, caller: Caller, *, envelope: Envelope) -> None:
        self._caller = caller
        self._envelope = envelope
        self.adjustment_reasons = AdjustmentReasons(caller)
        self.brands = Brands(caller)
        self.button_layouts = ButtonLayouts(caller)
        self.categories = Categories(caller)
        self.consignments = Consignments(caller, envelope=envelope)
        self.customer_groups = CustomerGroups(caller)
        self.customers = Customers(caller)
        self.fulfillments = Fulfillments(caller)
        self.inventory = Inventory(caller)
        self.outlets = Outlets(caller)
        self.payment_types = PaymentTypes(caller)
        self.price_books = PriceBooks(caller)
        self.product_images = ProductImages(caller)
        self.product_types = ProductTypes(caller)
        self.products = Products(caller)
        self.purchase_orders = PurchaseOrders(caller)
        self.registers = Registers(caller)
        self.reports = Reports(caller, envelope=envelope)
        self.sales = Sales(caller)
        self.search = Search(caller)
        self.stock_adjustments = StockAdjustments(caller)
        self.stock_takes = StockTakes(caller, envelope=envelope)
        self.suppliers = Suppliers(caller)
        self.tags = Tags(caller)
        self.taxes = Taxes(caller)
        self.transfers = Transfers(caller, envelope=envelope)
        self.users = Users(caller)
        self.variant_attributes = VariantAttributes(caller)
        self.webhooks = Webhooks(caller)

    def scoped(
        self,
        *,
        urgent: bool = False,
        max_wait: timedelta | None = None,
        quarantine: Quarantine | None = None,
    ) -> "XSeries":
        """The same client (connections, token, budget) for calls that are treated differently.

        `urgent` calls may use the budget's reserve. A call that would wait longer than `max_wait`
        for the budget raises BudgetSpent instead; None waits as long as it takes. `quarantine` is
        told of elements of lists that break the contract, and the list goes on without them:
        for following changes, never for finding out whether something exists.
        """
        scope = Scope(urgent=urgent, max_wait=max_wait, quarantine=quarantine)
        return self._view(self._caller.scoped(scope), envelope=self._envelope)

    def enveloped(self, request_envelope: Envelope) -> "XSeries":
        """The same client with consignments and lines in another envelope."""
        return self._view(self._caller, envelope=request_envelope)

    def _view(self, caller: Caller, *, envelope: Envelope) -> "XSeries":
        view = object.__new__(type(self))
        view._transport = self._transport
        view._bind(caller, envelope=envelope)
        return view

    async def ping(self) -> Ping:
        """One cheap read: shows that host and token work, and what budget there is."""
        call = read("read the outlets", "outlets", query={"page_size": 200})
        result = await self._caller.send(call)
        page = answers.interpret(
            call,
            result.value,
            reader=page_of(Outlet),
            request_id=result.request_id,
            status=result.status,
        )
        return Ping(
            outlets=page.items,
            limit=result.budget.limit,
            remaining=result.budget.remaining,
            request_id=result.request_id,
        )

    async def aclose(self) -> None:
        """Close the connections, also for every scoped view."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()
