"""What Lightspeed listed the last time is remembered as a whole."""

from lsync.core.store import subscriptions
from lsync.core.store.database import Database
from lsync.core.store.subscriptions import Listed, Subscription
from tests.store.samples import LATER, NOW

OURS = Subscription(id="1", event_type="product.update", active=True, ours=True)
OTHERS = Subscription(id="2", event_type="sale.update", active=False, ours=False)


async def test_a_new_list_replaces_the_old_one(database: Database) -> None:
    async with database.write() as tx:
        assert await subscriptions.listed(tx) == Listed()
        await subscriptions.replace_all(tx, [OURS, OTHERS], now=NOW)
        assert await subscriptions.listed(tx) == Listed(found=(OURS, OTHERS), seen_at=NOW)
        await subscriptions.replace_all(tx, [OTHERS], now=LATER)
        assert await subscriptions.listed(tx) == Listed(found=(OTHERS,), seen_at=LATER)
