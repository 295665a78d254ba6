"""Is each part of the system well? Pure judgements over what was read."""

from collections.abc import Sequence

from lsync.core.control.messages import HealthMessage, PauseMessage, WebhookMeter, WorkerMessage
from lsync.core.domain.pausing import tell_pauses
from lsync.core.domain.records import ApiLogEntry
from lsync.core.domain.sanitise import visible
from lsync.core.store.errors import StoreError
from lsync.core.store.source_links import SourceLink

NAMED = 3
"""Refused orders that are named."""
LOG_IN_AGAIN = "Log in again with `lsync vend login`."
CORRECT_IT = (
    "Correct lightspeed.api_token and try it with `lsync vend test`, "
    "or use a login instead: `lsync vend login`."
)


def judge_database(shown: str, *, trouble: StoreError | None) -> HealthMessage:
    """It answers; ``trouble`` is why it could not be written the last time, such as a full disk."""
    if trouble is None:
        return HealthMessage(name="database", state="ok", message=shown)
    return HealthMessage(name="database", state="failed", message=str(trouble))


def judge_workers(workers: Sequence[WorkerMessage]) -> HealthMessage:
    """Somebody must run the jobs."""
    alive = [worker for worker in workers if worker.alive]
    if alive:
        names = ", ".join(worker.id for worker in alive)
        return HealthMessage(name="workers", state="ok", message=f"Running: {names}.")
    last = max((worker.heartbeat_at for worker in workers), default=None)
    return HealthMessage(
        name="workers",
        state="failed",
        message="No daemon runs; jobs wait. Start one with `lsync daemon`.",
        since=last,
    )


def judge_queue(pauses: Sequence[PauseMessage]) -> HealthMessage:
    """A pause is wanted, but easily forgotten."""
    if not pauses:
        return HealthMessage(name="queue", state="ok")
    return HealthMessage(
        name="queue",
        state="warning",
        message=" ".join(tell_pauses(pauses)),
        since=min(pause.paused_at for pause in pauses),
    )


def judge_lightspeed(last: ApiLogEntry | None, *, by_login: bool) -> HealthMessage:
    """How the newest call went. ``by_login``: the token comes from `vend login`."""
    if last is None:
        return HealthMessage(name="lightspeed", state="unknown", message="Not called yet.")
    if last.status == 401:
        return HealthMessage(
            name="lightspeed",
            state="failed",
            message="Lightspeed does not accept the token. "
            + (LOG_IN_AGAIN if by_login else CORRECT_IT),
            since=last.created_at,
        )
    if last.status is None or last.status >= 500:
        return HealthMessage(
            name="lightspeed",
            state="warning",
            message=f"The newest call failed: {last.error or f'status {last.status}'}",
            since=last.created_at,
        )
    return HealthMessage(name="lightspeed", state="ok", since=last.created_at)


def judge_webhooks(meter: WebhookMeter, *, has_proof: bool, allow_unsigned: bool) -> HealthMessage:
    """Webhooks are hints, so their absence is no failure; accepting forged ones would be."""
    last = meter.last_received_at
    if allow_unsigned:
        return HealthMessage(
            name="webhooks",
            state="warning",
            message="Unsigned webhooks are accepted (webhooks.allow_unsigned): "
            "anyone who reaches the port can send them.",
            since=last,
        )
    if not has_proof:
        return HealthMessage(
            name="webhooks",
            state="unknown",
            message="Neither lightspeed.webhook_secret nor webhooks.url_token is set, so every "
            "webhook is refused; polling finds changes too.",
        )
    if meter.inactive:
        return HealthMessage(
            name="webhooks",
            state="warning",
            message=f"Lightspeed has switched off {', '.join(meter.inactive)}; "
            "`lsync webhook create` switches them on.",
            since=last,
        )
    if meter.missing:
        return HealthMessage(
            name="webhooks",
            state="warning",
            message=f"{meter.missing} of {meter.missing + meter.late + meter.received} webhooks "
            "of the last 24 hours never came; polling found the changes. "
            "`lsync webhook test --public` tries the way.",
            since=last,
        )
    if last is None:
        return HealthMessage(name="webhooks", state="unknown", message="None was received yet.")
    return HealthMessage(name="webhooks", state="ok", since=last)


def judge_source(
    table: str, *, trouble: StoreError | None, refused: Sequence[SourceLink], count: int
) -> HealthMessage:
    """Whether every approved order of a back office's own table comes in as it is.

    ``refused`` are the newest of ``count`` rows that do not.
    """
    if trouble is not None:
        return HealthMessage(name="source", state="failed", message=visible(str(trouble)))
    if not refused:
        return HealthMessage(name="source", state="ok", message=f"Orders come from {table}.")
    named = "; ".join(f"{link.order_number or link.key}: {link.faults[0]}" for link in refused)
    more = f" (and {count - len(refused)} more)" if count > len(refused) else ""
    orders = "1 order" if count == 1 else f"{count} orders"
    return HealthMessage(
        name="source",
        state="failed",
        message=visible(
            f"{orders} of {table} cannot be taken as they are: {named}{more}. "
            "`lsync log --operation source` tells everything."
        ),
    )
