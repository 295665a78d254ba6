"""What Prometheus reads: counters kept while working, gauges filled in when asked."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from lsync.core.control.messages import BudgetMessage, QueueStats, WebhookMeter
from lsync.core.lightspeed import Exchange

NOT_ANSWERED = "none"


class Metrics:
    """The daemon's metrics in a registry of their own."""

    def __init__(self) -> None:
        """Everything starts at zero, so that rates are right from the first scrape."""
        self.registry = CollectorRegistry()
        self._webhooks = Counter(
            "lsync_webhooks",
            "Webhook deliveries by what became of them.",
            ["verdict"],
            registry=self.registry,
        )
        self._webhooks_by_verdict: dict[str, Counter] = {}
        self._calls = Counter(
            "lsync_api_calls",
            "HTTP exchanges with Lightspeed by status.",
            ["method", "status"],
            registry=self.registry,
        )
        self._latency = Histogram(
            "lsync_api_call_seconds", "Duration of an exchange.", registry=self.registry
        )
        self._limited = Counter(
            "lsync_api_rate_limited", "Answers with status 429.", registry=self.registry
        )
        self._jobs = self._gauge("lsync_jobs", "Jobs by state and priority.", "state", "priority")
        self._orders = self._gauge("lsync_orders", "Orders by sync state.", "sync_state")
        self._budget = self._gauge("lsync_budget_remaining", "Calls left in the current window.")
        self._limit = self._gauge("lsync_budget_limit", "Calls allowed in a window.")
        self._oldest = self._gauge("lsync_oldest_pending_seconds", "Age of the oldest due job.")
        self._workers = self._gauge("lsync_workers", "Workers whose heartbeat is fresh.")
        self._gaps = self._gauge(
            "lsync_webhook_changes_day",
            "Changes of the last 24 hours by how their webhook arrived.",
            "arrival",
        )
        self._gaps_now = self._gauge(
            "lsync_webhook_changes_hour",
            "Changes of the current hour by how their webhook arrived.",
            "arrival",
        )
        self._unsigned = self._gauge(
            "lsync_webhooks_allow_unsigned", "1 where webhooks without any proof come in."
        )
        self._up = self._gauge("lsync_database_up", "Whether the database answered this scrape.")

    def count_webhook(self, verdict: str) -> None:
        """Count a delivery."""
        counted = self._webhooks_by_verdict.get(verdict)
        if counted is None:
            counted = self._webhooks_by_verdict[verdict] = self._webhooks.labels(verdict=verdict)
        counted.inc()

    def count_exchange(self, exchange: Exchange) -> None:
        """Count a call to Lightspeed."""
        status = str(exchange.status) if exchange.status is not None else NOT_ANSWERED
        self._calls.labels(method=exchange.method, status=status).inc()
        self._latency.observe(exchange.duration_ms / 1000)
        if exchange.status == 429:
            self._limited.inc()

    def show(self, *, queue: QueueStats, syncs: Mapping[str, int], budget: BudgetMessage) -> None:
        """Fill in what the database says now."""
        self._up.set(1)
        self._jobs.clear()
        for state, priorities in queue.counts.items():
            for priority, number in priorities.items():
                self._jobs.labels(state=state, priority=priority).set(number)
        self._orders.clear()
        for sync_state, number in syncs.items():
            self._orders.labels(sync_state=sync_state).set(number)
        self._budget.set(budget.remaining)
        self._limit.set(budget.limit)
        self._oldest.set(queue.oldest_pending_seconds or 0)
        self._workers.set(sum(worker.alive for worker in queue.workers))

    def show_gaps(self, meter: WebhookMeter, *, allow_unsigned: bool) -> None:
        """Fill in how many webhooks came and never came."""
        for gauge, counted in ((self._gaps, meter), (self._gaps_now, meter.hours[-1])):
            for arrival in ("received", "late", "missing", "awaited"):
                gauge.labels(arrival=arrival).set(getattr(counted, arrival))
        self._unsigned.set(allow_unsigned)

    def show_database_down(self) -> None:
        """The gauges keep what was last seen; this one says that it is old."""
        self._up.set(0)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, list(labels), registry=self.registry)
