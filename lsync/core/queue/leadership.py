"""Which of several daemons does the periodic work: one, under a lease that it renews.

The others look now and then whether it has gone. What the leader does is guarded by itself as
well, so that one that was paused for long does no harm.
"""

from datetime import datetime, timedelta

from lsync.core.store import leases
from lsync.core.store.transaction import Transaction

NAME = "queue.periodic"
DURATION = timedelta(seconds=30)
"""How long the others wait for a leader that died; one that stops gives the lease back."""


class Leadership:
    """One worker's view of the lease."""

    def __init__(self, *, worker_id: str) -> None:
        self._worker_id = worker_id
        self._lease: leases.Lease | None = None

    async def lead(self, tx: Transaction, *, now: datetime) -> bool:
        """Become or stay the leader if no other is; say whether this worker leads.

        Writes only when half of the lease is over, so that leading costs an idle daemon little.
        """
        lease = self._lease
        if (
            lease is not None
            and lease.expires_at - now > DURATION / 2
            and await leases.is_held(tx, lease, now=now)
        ):
            return True
        self._lease = await leases.acquire(
            tx, NAME, holder=self._worker_id, duration=DURATION, now=now
        )
        return self._lease is not None

    async def give_up(self, tx: Transaction) -> None:
        """Let another lead at once."""
        if self._lease is not None:
            await leases.release(tx, self._lease)
            self._lease = None
