"""Brings a supplier's price of a product to Lightspeed: an absolute value, read back."""

from decimal import Decimal

from lsync.core.domain.amount import plain
from lsync.core.domain.outcome import Dead, Done, Outcome, Retry
from lsync.core.domain.sanitise import visible
from lsync.core.lightspeed import NotFound, Product
from lsync.core.lightspeed.models import DetailsChange, ProductChange, SupplierPrice
from lsync.core.store import orders, supplier_prices
from lsync.core.store.database import Transaction
from lsync.core.sync.engine import Engine
from lsync.core.sync.journal import Journal
from lsync.core.sync.said import Said


async def update_price(
    engine: Engine, product_id: str, *, supplier_id: str, order_number: str | None = None
) -> Outcome:
    """Set what the supplier asks for the product to what is wanted now; repeating it is safe.

    The product's other suppliers are sent along as they are: it is not documented whether the
    list is merged or replaced.
    """
    async with engine.database.read() as tx:
        wanted = await supplier_prices.wanted(tx, product_id, supplier_id=supplier_id)
        order = await orders.find(tx, order_number) if order_number else None
    if wanted is None:
        return Done(result={"message": "no price is wanted"})
    journal = Journal(engine, operation="price", order=order)
    journal.begin()
    products = engine.client.scoped(max_wait=engine.rules.budget_wait).products
    try:
        product = await products.get(product_id)
        before = price_at(product, supplier_id)
        if before != wanted.price:
            await products.update(product_id, _change(product, supplier_id, wanted.price))
            product = await products.get(product_id)
    except NotFound:
        gone = f"Lightspeed no longer has product {visible(product_id)}; its price was not set"
        return Dead(error=gone, error_class="UnknownProduct")
    if price_at(product, supplier_id) != wanted.price:
        return Retry(error="Lightspeed does not show the new supplier price", error_class="Unseen")
    told = _told(product, before, wanted.price)

    async def work(tx: Transaction) -> bool:
        now = await tx.now()
        await journal.write(tx, Said(step="price", message=told), now=now)
        return await supplier_prices.confirm(tx, wanted, now=now)

    await engine.database.run(work)
    return Done(result={"product_id": product_id, "price": plain(wanted.price)})


def price_at(product: Product, supplier_id: str) -> Decimal | None:
    """Return what a supplier asks for the product, as Lightspeed shows it."""
    found = (each.price for each in product.suppliers if each.supplier_id == supplier_id)
    return next(found, None)


def _change(product: Product, supplier_id: str, price: Decimal) -> ProductChange:
    others = [
        SupplierPrice(supplier_id=each.supplier_id, price=each.price, code=each.code)
        for each in product.suppliers
        if each.supplier_id and each.supplier_id != supplier_id
    ]
    code = next((it.code for it in product.suppliers if it.supplier_id == supplier_id), None)
    ours = SupplierPrice(supplier_id=supplier_id, price=price, code=code)
    return ProductChange(details=DetailsChange(product_suppliers=(*others, ours)))


def _told(product: Product, before: Decimal | None, price: Decimal) -> str:
    name = visible(product.sku or product.id)
    if before == price:
        return f"{name}: the supplier price was {plain(price)} already"
    was = "none" if before is None else plain(before)
    return f"{name}: the supplier price is {plain(price)}, was {was}"
