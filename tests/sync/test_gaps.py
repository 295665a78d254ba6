"""What polling finds is set against what webhooks announced."""

from datetime import timedelta
from functools import partial

from lsync.core.domain.gap_meter import Announcement, Arrival, totals
from lsync.core.domain.order import PurchaseOrder
from lsync.core.lightspeed.models import DetailsChange, ProductChange
from lsync.core.queue import NewJob
from lsync.core.store import stock_levels, subscriptions
from lsync.core.store.deliveries import Delivery, keep_step
from lsync.core.store.subscriptions import Subscription
from lsync.core.sync.catalogue import refresh_catalogue
from lsync.core.sync.gaps import changes_since, expected_types
from lsync.core.sync.hints import webhook_job
from tests.sync.retailer import START, Retailer, done


async def subscribe(retailer: Retailer, *types: str, active: bool = True) -> None:
    found = [Subscription(id=it, event_type=it, active=active, ours=True) for it in types]
    async with retailer.database.write() as tx:
        await subscriptions.replace_all(tx, found, now=retailer.clock())


async def deliver(retailer: Retailer, event_type: str, body: str) -> None:
    delivery = Delivery(
        event_type=event_type,
        digest=f"{event_type}{body}{retailer.clock()}"[-64:],
        body=body,
        source="127.0.0.1",
        verdict="verified",
    )
    job = webhook_job(max_attempts=4)
    await retailer.database.call(partial(keep_step, deliveries=[delivery], job=job))
    await retailer.run_jobs()


async def changes(retailer: Retailer) -> list[Announcement]:
    async with retailer.database.read() as tx:
        return await changes_since(tx, START - timedelta(days=1))


async def poll(retailer: Retailer) -> None:
    await retailer.queue(NewJob(type="sync.poll"))
    await retailer.run_jobs()


async def received(retailer: Retailer, number: str = "PO-1") -> str:
    """The id of a consignment that the shop has just received."""
    await retailer.approve(number)
    done(await retailer.push(number))
    consignment_id = (await retailer.order(number)).consignment_id
    assert consignment_id is not None
    await retailer.receive(consignment_id)
    return consignment_id


def ordered_products(retailer: Retailer, order: PurchaseOrder) -> list[str]:
    """Ids of the products of an order."""
    products = {row.fields["sku"]: row.id for row in retailer.world.products}
    return [products[line.sku or ""] for line in order.lines]


async def test_a_receipt_that_no_webhook_told_of_is_missing(retailer: Retailer) -> None:
    await subscribe(retailer, "consignment.receive")
    await received(retailer)
    await poll(retailer)
    await poll(retailer)
    (found,) = await changes(retailer)
    assert found.announced_at is None
    later = retailer.clock() + timedelta(minutes=11)
    assert totals([found], now=later)[Arrival.MISSING] == 1


async def test_a_receipt_that_a_webhook_told_of_was_received(retailer: Retailer) -> None:
    await subscribe(retailer, "consignment.receive")
    consignment_id = await received(retailer)
    await deliver(retailer, "consignment.receive", f'{{"consignment_id": "{consignment_id}"}}')
    retailer.clock.move(timedelta(seconds=30))
    await poll(retailer)
    (found,) = await changes(retailer)
    assert found.announced_at == START
    assert totals([found], now=retailer.clock())[Arrival.RECEIVED] == 1


async def test_what_nothing_announces_is_not_missed(retailer: Retailer) -> None:
    """Creating, editing and sending a purchase order fires no webhook."""
    await subscribe(retailer, "consignment.receive")
    await retailer.approve()
    done(await retailer.push())
    await poll(retailer)
    assert await changes(retailer) == []


async def test_without_a_subscription_nothing_is_missed(retailer: Retailer) -> None:
    await subscribe(retailer, "consignment.receive", active=False)
    await received(retailer)
    await poll(retailer)
    assert await changes(retailer) == []


async def test_a_type_that_came_in_lately_is_expected(retailer: Retailer) -> None:
    await deliver(retailer, "product.update", '{"id": "p"}')
    await deliver(retailer, "sale.update", '{"id": "s"}')
    async with retailer.database.read() as tx:
        assert await expected_types(tx, now=retailer.clock()) == {"product.update"}
        later = retailer.clock() + timedelta(days=15)
        assert await expected_types(tx, now=later) == set()


async def test_a_changed_product_is_set_against_its_webhook(retailer: Retailer) -> None:
    await subscribe(retailer, "product.update")
    assert await changes(retailer) == [], "the first reading of the catalogue is no change"
    product = next(iter(retailer.world.products))
    await retailer.client.products.update(
        product.id, ProductChange(details=DetailsChange(is_active=False))
    )
    await refresh_catalogue(retailer.engine)
    await deliver(retailer, "product.update", f'{{"id": "{product.id}"}}')
    assert {it.announced_at for it in await changes(retailer)} == {START}


async def test_stock_is_read_for_one_product_first_and_by_its_feed_then(
    retailer: Retailer,
) -> None:
    await received(retailer)
    ids = ordered_products(retailer, await retailer.order())
    await deliver(retailer, "inventory.update", f'{{"product_id": "{ids[-1]}"}}')
    assert await reads(retailer) <= 2, "one page, and at most an empty one behind it"
    await received(retailer, "PO-2")
    for product_id in ids:
        await deliver(retailer, "inventory.update", f'{{"product_id": "{product_id}"}}')
    assert await reads(retailer) <= 2, "three webhooks are one look"
    async with retailer.database.read() as tx:
        levels = await stock_levels.of_products(tx, ids)
    assert {it.product_id for it in levels} == set(ids)
    assert all(it.level is not None and it.level > 0 for it in levels)


async def reads(retailer: Retailer) -> int:
    """Run what waits and return how many calls it took."""
    before = retailer.calls
    retailer.clock.move(timedelta(seconds=2))
    assert [kind for kind, _ in await retailer.run_jobs()] == ["stock.refresh"]
    return retailer.calls - before
