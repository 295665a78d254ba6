"""The one object that holds a simulated retailer's state. Rules live beside it, HTTP above it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any, Final, get_args

from lsync.simulator.budget import Budget, TokenLimit
from lsync.simulator.calls import CallLog
from lsync.simulator.catalogue import open_shop
from lsync.simulator.clock import SimulatedClock
from lsync.simulator.config import RepeatedLine, SimulatorConfig
from lsync.simulator.entities import Consignment, Kind, Record, StockLevel, Webhook
from lsync.simulator.faults import Faults
from lsync.simulator.ids import IdSource
from lsync.simulator.ledger import Ledger
from lsync.simulator.sales.handover import Fulfillment
from lsync.simulator.schedule import Schedule
from lsync.simulator.table import Table
from lsync.simulator.tokens import Tokens
from lsync.simulator.webhooks.outbox import Outbox
from lsync.simulator.wire import timestamp

EVENT_TYPES: Final = (
    "sale.update",
    "product.update",
    "customer.update",
    "inventory.update",
    "register_closure.create",
    "consignment.send",
    "consignment.receive",
)
EVENT_PLACE: Final = "{event_type}"
_CHOICES: Final = {"repeated_line": get_args(RepeatedLine)}
_FIRST_VERSION: Final = 10_000_000_000
_WIDEST_GAP: Final = 40


class World:
    """A retailer: its tables, clock, budget, faults, ledger and webhook outbox.

    Everything is synchronous and single-threaded; callers in one event loop need no locks.
    """

    def __init__(self, config: SimulatorConfig) -> None:
        self.config = config
        self.switches = config.switches
        self.clock = SimulatedClock(config.clock)
        self.ids = IdSource(seed=config.seed)
        self.budget = Budget(registers=config.registers)
        self.token_limit = TokenLimit()
        self.tokens = Tokens(personal=config.token, ids=self.ids)
        self.faults = Faults(seed=config.seed, rates=config.faults)
        self.ledger = Ledger()
        self.calls = CallLog()
        self.schedule = Schedule()
        self.outbox = Outbox(domain_prefix=config.domain_prefix, client_secret=config.client_secret)
        self._gaps = Random(f"versions:{config.seed}")
        self._version = _FIRST_VERSION
        self._open_tables()
        self._fill_tables()

    def next_version(self) -> int:
        """The next value of the retailer's one version counter; gaps are normal."""
        self._version += self._gaps.randint(1, _WIDEST_GAP)
        return self._version

    def now(self) -> datetime:
        """The present moment, after everything that was due has happened."""
        now = self.clock.now()
        if len(self.schedule):
            self.schedule.run_due(now)
        return now

    def timestamp(self) -> str:
        """The present moment as answers show it."""
        return timestamp(self.clock.now())

    def advance(self, seconds: float) -> datetime:
        """Push the clock forward and let what became due happen."""
        self.clock.advance(seconds)
        now = self.now()
        self.outbox.changed()
        return now

    def set_switches(self, changes: Mapping[str, Any]) -> None:
        """Change behaviours while running; raises ValueError for an unknown switch or value."""
        for name, value in changes.items():
            present = getattr(self.switches, name, None)
            fits = type(value) is type(present) and value in _CHOICES.get(name, (value,))
            if present is None or not fits or (type(value) is int and value < 1):
                raise ValueError(f"{name} is no switch, or {value!r} no value for it")
        self.switches = replace(self.switches, **changes)

    def put_stock(self, level: StockLevel) -> None:
        """Add or change a stock record."""
        self.stock.put(level)
        self._stock_of[level.product_id, level.outlet_id] = level

    def stock_of(self, product_id: str, outlet_id: str) -> StockLevel | None:
        """The stock record of a product at an outlet."""
        return self._stock_of.get((product_id, outlet_id))

    def products_with_sku(self, sku: str) -> list[Record]:
        """Products that carry the SKU and are not deleted, lowest version first."""
        return [
            product
            for product_id in self._products_by_sku.get(sku.lower(), ())
            if (product := self.products.get(product_id)) is not None
            and product.deleted_at is None
            and product.fields["sku"].lower() == sku.lower()
        ]

    def put_product(self, product: Record) -> None:
        """Add or change a product."""
        self.products.put(product)
        known = self._products_by_sku.setdefault(str(product.fields["sku"]).lower(), [])
        if product.id not in known:
            known.append(product.id)

    def _open_tables(self) -> None:
        self.records: dict[Kind, Table[Record]] = {
            kind: Table(next_version=self.next_version) for kind in get_args(Kind)
        }
        self.outlets = self.records["outlet"]
        self.suppliers = self.records["supplier"]
        self.products = self.records["product"]
        self.stock: Table[StockLevel] = Table(next_version=self.next_version)
        self.consignments: Table[Consignment] = Table(next_version=self.next_version)
        self.webhooks: Table[Webhook] = Table(next_version=self.next_version)
        self.addresses: dict[str, dict[int, dict[str, Any]]] = {}
        self.fulfillments: dict[str, Fulfillment] = {}
        self._stock_of: dict[tuple[str, str], StockLevel] = {}
        self._products_by_sku: dict[str, list[str]] = {}

    def _fill_tables(self) -> None:
        config = self.config
        shop = open_shop(
            self.ids, seed=config.seed, products=config.products, registers=config.registers
        )
        for kind, rows in shop.records.items():
            for row in rows:
                self.records[kind].put(row)
        for product in shop.products:
            self.put_product(product)
        for level in shop.stock:
            self.put_stock(level)
        if config.webhook_url is not None:
            self._subscribe(config.webhook_url)

    def _subscribe(self, url: str) -> None:
        for event_type in EVENT_TYPES if EVENT_PLACE in url else ("consignment.receive",):
            self.webhooks.put(
                Webhook(
                    id=self.ids.named("webhook", event_type),
                    type=event_type,
                    url=url.replace(EVENT_PLACE, event_type),
                    active=True,
                    retailer_id=self.retailer_id,
                )
            )

    @property
    def retailer_id(self) -> str:
        """The id of the simulated retailer."""
        return self.ids.named("retailer", self.config.domain_prefix)
