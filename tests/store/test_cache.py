"""Remembered look-ups: fewer statements, the same answers, with and without a real Redis."""

import contextlib
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import structlog
from sqlalchemy import delete, update

from lsync.core.domain.catalogue import CatalogueEntry, Outlet, Product, Supplier
from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.records import MappingKind, MappingSource
from lsync.core.settings.cache import CacheSettings
from lsync.core.store import catalogue, mappings
from lsync.core.store.cache import CatalogueCache, Memory, ProcessMemory
from lsync.core.store.cache_redis import REST_SECONDS, CacheUnusable, RedisMemory
from lsync.core.store.database import Database, Transaction
from lsync.daemon.cache import memory_of
from tests.redis_server import RedisServer, run_redis

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PRODUCTS = [
    Product(id=f"p{n}", name=f"Thing {n}", sku=f"SKU-{n}", supply_price=Decimal("1.5"), version=n)
    for n in range(1, 6)
]
PARTIES: list[CatalogueEntry] = [
    Supplier(id="s1", name="Northwind", version=1),
    Outlet(id="o1", name="Main", time_zone="Europe/Berlin", version=1),
]


def order(*skus: str, supplier: str = "Northwind") -> PurchaseOrder:
    lines = tuple(
        OrderLine(line_no=place, sku=sku, quantity=Decimal(1))
        for place, sku in enumerate(skus, start=1)
    )
    lines += (OrderLine(line_no=99, product_id="p5", quantity=Decimal(1)),)
    return PurchaseOrder(order_number="PO-1", supplier=supplier, outlet="Main", lines=lines)


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    yield from run_redis()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def shared(redis_server: RedisServer, clock: Clock) -> AsyncIterator[RedisMemory]:
    if redis_server.process is None:
        redis_server.start()
    with redis_server.client() as client:
        client.flushall()
    memory = RedisMemory(redis_server.url, prefix="test:", ttl_seconds=60, clock=clock)
    yield memory
    await memory.aclose()


@pytest.fixture(params=["process", "redis"])
async def memory(request: pytest.FixtureRequest, clock: Clock) -> AsyncIterator[Memory]:
    if request.param == "process":
        yield ProcessMemory(ttl_seconds=60, clock=clock)
        return
    server: RedisServer = request.getfixturevalue("redis_server")
    found = RedisMemory(server.url, prefix="test:", ttl_seconds=60, clock=clock)
    with server.client() as client:
        client.flushall()
    yield found
    await found.aclose()


@pytest.fixture
async def filled(database: Database) -> Database:
    async with database.write() as tx:
        await catalogue.put_many(tx, [*PRODUCTS, *PARTIES], now=NOW)
    return database


@contextlib.contextmanager
def counted(tx: Transaction) -> Iterator[list[str]]:
    """The statements that a transaction runs meanwhile."""
    ran: list[str] = []
    execute = tx.execute

    async def counting(statement: Any, parameters: Any = None) -> Any:
        ran.append(str(statement))
        return await execute(statement, parameters)

    tx.execute = counting  # type: ignore[method-assign]  # the one door to the database
    try:
        yield ran
    finally:
        del tx.execute


async def compare(database: Database, cache: CatalogueCache, wanted: PurchaseOrder) -> int:
    """Check that the cache answers as the database does; return the statements it cost."""
    async with database.read() as tx:
        plain = await catalogue.facts_for(tx, [wanted])
        with counted(tx) as ran:
            assert await cache.facts_for(tx, wanted) == plain
    return len(ran)


async def test_what_was_looked_up_costs_one_statement(filled: Database, memory: Memory) -> None:
    cache = CatalogueCache(memory)
    first = await compare(filled, cache, order("SKU-1", "sku-2 ", "SKU-3"))
    assert first > 5
    assert await compare(filled, cache, order("SKU-3", "SKU-1")) == 1
    assert await compare(filled, CatalogueCache(memory), order("SKU-2")) == 1


async def test_only_what_is_missing_is_asked_for(filled: Database, memory: Memory) -> None:
    cache = CatalogueCache(memory)
    await compare(filled, cache, order("SKU-1"))
    assert await compare(filled, cache, order("SKU-1", "SKU-4")) == 4
    assert await compare(filled, cache, order("SKU-1", "SKU-4")) == 1


async def test_an_unknown_sku_is_asked_for_again(filled: Database, memory: Memory) -> None:
    cache = CatalogueCache(memory)
    await compare(filled, cache, order("NEW"))
    async with filled.write() as tx:
        new = replace(PRODUCTS[0], id="p9", sku="NEW", version=9)
        await catalogue.put_many(tx, [new], now=NOW)
    await compare(filled, cache, order("NEW"))


async def test_a_changed_catalogue_is_seen_at_once(filled: Database, memory: Memory) -> None:
    cache = CatalogueCache(memory)
    await compare(filled, cache, order("SKU-1"))
    async with filled.write() as tx:
        gone = replace(PRODUCTS[0], deleted=True, version=100)
        await catalogue.put_many(tx, [gone], now=NOW)
    await compare(filled, cache, order("SKU-1"))
    async with filled.read() as tx:
        facts = await cache.facts_for(tx, order("SKU-1"))
    assert facts.products_by_sku["sku-1"][0].deleted


async def test_a_persons_choice_is_seen_at_once(filled: Database, memory: Memory) -> None:
    cache = CatalogueCache(memory)
    wanted = order("SKU-1", supplier="Nobody")
    await compare(filled, cache, wanted)
    choices = ((MappingKind.SUPPLIER, "Nobody", "s1"), (MappingKind.PRODUCT, "SKU-1", "p2"))
    for kind, word, meant in choices:
        async with filled.write() as tx:
            await mappings.choose(
                tx, kind, local_id=word, lightspeed_id=meant, source=MappingSource.PERSON, now=NOW
            )
        await compare(filled, cache, wanted)
    async with filled.read() as tx:
        facts = await cache.facts_for(tx, wanted)
    assert facts.chosen_suppliers == {"nobody": "s1"}
    assert facts.products_by_sku["sku-1"][0].id == "p2"
    async with filled.write() as tx:
        await mappings.remove(tx, MappingKind.SUPPLIER, local_id="nobody", lightspeed_id="s1")
    await compare(filled, cache, wanted)


async def test_a_change_that_was_rolled_back_is_never_remembered(
    filled: Database, memory: Memory
) -> None:
    cache = CatalogueCache(memory)

    async def fail(tx: Transaction) -> None:
        renamed = replace(PRODUCTS[0], name="Other", version=50)
        await catalogue.put_many(tx, [renamed], now=NOW)
        await cache.facts_for(tx, order("SKU-1"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await filled.run(fail)
    await compare(filled, cache, order("SKU-1"))


async def test_a_database_that_was_set_back_knows_only_its_own(
    filled: Database, memory: Memory
) -> None:
    cache = CatalogueCache(memory)
    await compare(filled, cache, order("SKU-1"))
    async with filled.write() as tx:
        for table in (tx.tables.catalogue_skus, tx.tables.catalogue, tx.tables.cursors):
            await tx.execute(delete(table))
        other = replace(PRODUCTS[0], id="other", version=1)
        await catalogue.put_many(tx, [other, *PARTIES], now=NOW)
    await compare(filled, cache, order("SKU-1"))


async def test_what_somebody_wrote_by_hand_is_seen_after_the_time_to_live(
    filled: Database, clock: Clock
) -> None:
    cache = CatalogueCache(ProcessMemory(ttl_seconds=60, clock=clock))
    await compare(filled, cache, order("SKU-1"))
    async with filled.write() as tx:
        table = tx.tables.catalogue
        by_hand = update(table).where(table.c.lightspeed_id == "p1").values(name="By hand")
        await tx.execute(by_hand)
    clock.now += 60
    await compare(filled, cache, order("SKU-1"))


async def test_a_process_remembers_only_so_much(clock: Clock) -> None:
    memory = ProcessMemory(ttl_seconds=60, most=3, clock=clock)
    await memory.put_many(1, {("sku", "a"): (), ("sku", "b"): ()})
    await memory.put_many(1, {("sku", "c"): (), ("sku", "d"): ()})
    names = [("sku", each) for each in "abcd"]
    assert sorted(await memory.get_many(1, names)) == [("sku", "c"), ("sku", "d")]
    await memory.put_many(1, dict.fromkeys([("sku", str(n)) for n in range(9)], ()))
    assert await memory.get_many(1, names) == {}


async def test_keys_in_redis_carry_the_prefix_and_expire(
    database: Database, shared: RedisMemory, redis_server: RedisServer
) -> None:
    async with database.write() as tx:
        await catalogue.put_many(tx, [*PRODUCTS, *PARTIES], now=NOW)
    await compare(database, CatalogueCache(shared), order("SKU-1", "SKU-2"))
    with redis_server.client() as client:
        keys = client.keys()
        assert len(keys) == 6
        assert all(key.startswith(b"test:") for key in keys)
        assert all(0 < client.ttl(key) <= 60 for key in keys)


async def test_what_cannot_be_read_in_redis_counts_as_unknown(
    filled: Database, shared: RedisMemory, redis_server: RedisServer
) -> None:
    cache = CatalogueCache(shared)
    await compare(filled, cache, order("SKU-1"))
    with redis_server.client() as client:
        for key in client.scan_iter():
            client.set(key, b'{"no": [1')
    assert await compare(filled, cache, order("SKU-1")) > 5


async def test_a_killed_redis_is_done_without_and_warned_of_once(
    filled: Database, shared: RedisMemory, redis_server: RedisServer, clock: Clock
) -> None:
    cache = CatalogueCache(shared)
    assert await compare(filled, cache, order("SKU-1")) > 5
    redis_server.kill()
    with structlog.testing.capture_logs() as told:
        for _ in range(3):
            assert await compare(filled, cache, order("SKU-1")) > 5
            clock.now += REST_SECONDS
    assert [each["log_level"] for each in told] == ["warning"]
    async with filled.write() as tx:
        renamed = replace(PRODUCTS[0], name="Changed meanwhile", version=50)
        await catalogue.put_many(tx, [renamed], now=NOW)
    redis_server.start()
    with structlog.testing.capture_logs() as told:
        await compare(filled, cache, order("SKU-1"))
        assert await compare(filled, cache, order("SKU-1")) == 1
    assert [each["event"] for each in told] == ["Redis answers again"]


async def test_a_redis_that_hangs_is_left_alone_for_a_while(
    filled: Database, shared: RedisMemory, redis_server: RedisServer
) -> None:
    cache = CatalogueCache(shared)
    await compare(filled, cache, order("SKU-1"))
    with redis_server.client() as client:
        client.execute_command("CLIENT", "PAUSE", "60000", "ALL")
    try:
        assert await compare(filled, cache, order("SKU-1")) > 5
        assert await compare(filled, cache, order("SKU-1")) > 5
    finally:
        redis_server.kill()


async def test_a_missing_library_is_told_with_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    with pytest.raises(CacheUnusable, match=r"cache\.url .*`pip install lsync\[redis\]") as refused:
        memory_of(CacheSettings(url="redis://127.0.0.1"))
    assert refused.value.exit_code == 78


async def test_the_settings_choose_the_memory() -> None:
    assert isinstance(memory_of(CacheSettings()), ProcessMemory)
    shared = memory_of(CacheSettings(url="redis://127.0.0.1:1/0"))
    assert isinstance(shared, RedisMemory)
    assert await shared.get_many(1, [("sku", "a")]) == {}
    await shared.aclose()
