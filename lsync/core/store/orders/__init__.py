"""Purchase orders: reading, writing, moving between states, and what is not yet queued.

Other programs write these tables too: what they leave empty is tolerated, and every change of a
state is guarded by the state it was decided on.
"""

from lsync.core.store.orders.adapting import adapt, drop_line
from lsync.core.store.orders.journal import facts, observe
from lsync.core.store.orders.listing import (
    ListedOrder,
    OrderFilter,
    counts,
    in_sync_states,
    listing,
    numbers_in,
)
from lsync.core.store.orders.queueing import (
    OPEN,
    approved_unqueued,
    approved_without_consignment,
    cancelled_unqueued,
    changed_unqueued,
    mark_pushed,
    mark_queued,
    mark_withdrawal,
)
from lsync.core.store.orders.reading import (
    OrderSync,
    Standing,
    existing,
    find,
    find_by_consignment,
    find_by_id,
    find_many,
    find_sync,
    lock,
    problems_of,
    standing,
)
from lsync.core.store.orders.similar import similar
from lsync.core.store.orders.states import (
    OrderConflict,
    hold,
    link_consignment,
    put_problems,
    put_received,
    set_error,
    set_state,
    set_sync_state,
    stored_id,
)
from lsync.core.store.orders.writing import insert, replace

__all__ = [
    "OPEN",
    "ListedOrder",
    "OrderConflict",
    "OrderFilter",
    "OrderSync",
    "Standing",
    "adapt",
    "approved_unqueued",
    "approved_without_consignment",
    "cancelled_unqueued",
    "changed_unqueued",
    "counts",
    "drop_line",
    "existing",
    "facts",
    "find",
    "find_by_consignment",
    "find_by_id",
    "find_many",
    "find_sync",
    "hold",
    "in_sync_states",
    "insert",
    "link_consignment",
    "listing",
    "lock",
    "mark_pushed",
    "mark_queued",
    "mark_withdrawal",
    "numbers_in",
    "observe",
    "problems_of",
    "put_problems",
    "put_received",
    "replace",
    "set_error",
    "set_state",
    "set_sync_state",
    "similar",
    "standing",
    "stored_id",
]
