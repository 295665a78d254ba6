"""Every table lsync owns, for a given name prefix. Statements take them from a Transaction."""

from functools import cache

from sqlalchemy import MetaData, Table

from lsync.core.store.schema.decisions import define_decisions
from lsync.core.store.schema.goods import define_goods
from lsync.core.store.schema.orders import define_orders
from lsync.core.store.schema.queue import define_queue
from lsync.core.store.schema.records import define_records
from lsync.core.store.schema.shared import define_shared
from lsync.core.store.schema.source import define_source
from lsync.core.store.schema.webhooks import define_webhooks

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Tables:
    """The tables of one lsync, as attributes without the prefix."""

    def __init__(self, prefix: str = "") -> None:
        """Define all tables with ``prefix`` before each name."""
        self.prefix = prefix
        self.metadata = MetaData(naming_convention=NAMING)
        orders = define_orders(self.metadata, prefix)
        self.purchase_orders: Table = orders.purchase_orders
        self.purchase_order_lines: Table = orders.purchase_order_lines
        self.order_syncs: Table = orders.order_syncs
        self.order_journal: Table = orders.order_journal
        self.order_problems: Table = orders.order_problems
        self.pushes: Table = orders.pushes
        self.written_lines: Table = orders.written_lines
        self.consignments: Table = orders.consignments
        self.consignment_lines: Table = orders.consignment_lines
        self.receipts: Table = orders.receipts
        decisions = define_decisions(self.metadata, prefix)
        self.decisions: Table = decisions.decisions
        self.supplier_prices: Table = decisions.supplier_prices
        goods = define_goods(self.metadata, prefix)
        self.goods_counted: Table = goods.goods_counted
        self.goods_sent: Table = goods.goods_sent
        self.supplier_invoices: Table = goods.supplier_invoices
        self.supplier_invoice_lines: Table = goods.supplier_invoice_lines
        self.stock_adjustments: Table = goods.stock_adjustments
        queue = define_queue(self.metadata, prefix)
        self.queue_jobs: Table = queue.queue_jobs
        self.queue_attempts: Table = queue.queue_attempts
        self.queue_dependencies: Table = queue.queue_dependencies
        self.queue_slots: Table = queue.queue_slots
        self.queue_pauses: Table = queue.queue_pauses
        self.queue_workers: Table = queue.queue_workers
        self.queue_counts: Table = queue.queue_counts
        self.queue_minutes: Table = queue.queue_minutes
        self.queue_schedules: Table = queue.queue_schedules
        records = define_records(self.metadata, prefix)
        self.lightspeed_sync_log: Table = records.lightspeed_sync_log
        self.lightspeed_api_log: Table = records.lightspeed_api_log
        self.lightspeed_mappings: Table = records.lightspeed_mappings
        self.catalogue: Table = records.catalogue
        self.catalogue_skus: Table = records.catalogue_skus
        webhooks = define_webhooks(self.metadata, prefix)
        self.lightspeed_webhooks: Table = webhooks.lightspeed_webhooks
        self.webhook_subscriptions: Table = webhooks.webhook_subscriptions
        self.webhook_announcements: Table = webhooks.webhook_announcements
        self.stock_levels: Table = webhooks.stock_levels
        self.source_orders: Table = define_source(self.metadata, prefix).source_orders
        self._define_shared(prefix)

    def _define_shared(self, prefix: str) -> None:
        shared = define_shared(self.metadata, prefix)
        self.cursors: Table = shared.cursors
        self.leases: Table = shared.leases
        self.budget_calls: Table = shared.budget_calls
        self.budget_state: Table = shared.budget_state
        self.stored_settings: Table = shared.stored_settings

    @property
    def version_table(self) -> str:
        """Name of the table in which Alembic keeps the schema's revision; marks our ownership."""
        return f"{self.prefix}lsync_schema"


@cache
def tables(prefix: str = "") -> Tables:
    """Return the tables for ``prefix``, defined once per process."""
    return Tables(prefix)
