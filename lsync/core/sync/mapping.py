"""What a person says a word stands for: remembered, and the orders it unblocks queued again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lsync.core.domain.catalogue import CatalogueEntry, CatalogueFacts, Product, key, named
from lsync.core.domain.matching import Candidate, Match, nearest
from lsync.core.domain.order import EDITABLE, OrderState, PurchaseOrder, SyncState
from lsync.core.domain.preflight import preflight
from lsync.core.domain.problem import Problem
from lsync.core.domain.records import (
    LogStatus,
    Mapping,
    MappingKind,
    MappingSource,
    SyncLogEntry,
)
from lsync.core.domain.sanitise import visible
from lsync.core.domain.unresolved import Unresolved, unresolved
from lsync.core.store import catalogue, mappings, orders, sync_log
from lsync.core.store.database import Database, Transaction
from lsync.core.store.orders import OrderFilter
from lsync.core.sync.push_queueing import queue_push

K = MappingKind
MAPPABLE = (K.SUPPLIER, K.OUTLET, K.PRODUCT)
PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StillBlocked:
    """An order that uses the word and has other problems left."""

    order_number: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingDone:
    """A remembered choice: the orders it let go, and those that something else holds up."""

    mapping: Mapping
    target: CatalogueEntry
    queued: tuple[str, ...] = ()
    blocked: tuple[StillBlocked, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A word nobody knows, the orders that use it, and what it may mean, the likeliest first."""

    word: Unresolved
    orders: tuple[str, ...]
    matches: tuple[Match, ...]


async def targets(tx: Transaction, kind: MappingKind, wanted: str) -> list[CatalogueEntry]:
    """Return what an id, name or SKU means at Lightspeed; none, one, or several."""
    match kind:
        case K.SUPPLIER:
            return list(named(wanted, await catalogue.suppliers(tx)))
        case K.OUTLET:
            return list(named(wanted, await catalogue.outlets(tx)))
        case _:
            by_id = await catalogue.products_by_id(tx, [wanted.strip()])
            found: Iterable[Product] = by_id.values()
            if not by_id:
                found = (await catalogue.products_by_sku(tx, [wanted])).get(key(wanted), ())
            return [product for product in found if not product.deleted]


async def remember(
    tx: Transaction,
    kind: MappingKind,
    *,
    local_id: str,
    target: CatalogueEntry,
    by: str,
    max_attempts: int,
) -> MappingDone:
    """Let the word mean ``target`` from now on; queue every order that this unblocks."""
    now = await tx.now()
    mapping = await mappings.choose(
        tx,
        kind,
        local_id=local_id,
        lightspeed_id=target.id,
        source=MappingSource.PERSON,
        now=now,
    )
    message = f"{by}: {kind} {visible(local_id)} means {visible(target.name)} ({target.id})"
    entry = SyncLogEntry(
        created_at=now, operation="map", step="set", status=LogStatus.OK, message=message
    )
    await sync_log.append(tx, entry)
    queued, blocked = [], []
    for order in await _stopped(tx, kind, local_id):
        problems = preflight(order, await catalogue.facts_for(tx, [order])).blocking
        if problems:
            blocked.append(StillBlocked(order_number=order.order_number, problems=problems))
        elif not order.held:
            await queue_push(tx, order, max_attempts=max_attempts)
            queued.append(order.order_number)
    return MappingDone(mapping=mapping, target=target, queued=tuple(queued), blocked=tuple(blocked))


async def suggest(database: Database, *, order_number: str | None = None) -> list[Suggestion]:
    """Return every unknown word of the orders that are still to go out, with the nearest names.

    With ``order_number`` only those of that order.
    """
    async with database.read() as tx:
        found = await _waiting(tx, order_number)
        words = _gather([(order, await catalogue.facts_for(tx, [order])) for order in found])
        return [
            Suggestion(
                word=word,
                orders=tuple(numbers),
                matches=nearest(
                    [word.local_id, word.name or ""], await _candidates(tx, word), most=5
                ),
            )
            for word, numbers in words
        ]


def _gather(
    seen: Sequence[tuple[PurchaseOrder, CatalogueFacts]],
) -> list[tuple[Unresolved, list[str]]]:
    words: dict[tuple[MappingKind, str], tuple[Unresolved, list[str]]] = {}
    for order, facts in seen:
        for word in unresolved(order, facts):
            _, numbers = words.setdefault((word.kind, key(word.local_id)), (word, []))
            numbers.append(order.order_number)
    return list(words.values())


async def _candidates(tx: Transaction, word: Unresolved) -> list[Candidate]:
    match word.kind:
        case K.SUPPLIER:
            known: Sequence[CatalogueEntry] = await catalogue.suppliers(tx)
        case K.OUTLET:
            known = await catalogue.outlets(tx)
        case _:
            known = await catalogue.products_like(tx, sku=word.local_id, name=word.name)
    return [
        Candidate(
            lightspeed_id=entry.id,
            name=entry.name,
            sku=entry.sku if isinstance(entry, Product) else None,
        )
        for entry in known
        if not entry.deleted
    ]


async def _waiting(tx: Transaction, order_number: str | None) -> list[PurchaseOrder]:
    """Return the orders that have not gone out yet, or the one that was named."""
    if order_number is not None:
        order = await orders.find(tx, order_number)
        return [] if order is None else [order]
    return await _all(tx, OrderFilter(states=tuple(sorted(EDITABLE))))


async def _stopped(tx: Transaction, kind: MappingKind, word: str) -> list[PurchaseOrder]:
    """Return the approved orders whose sync failed and that use the word, oldest first."""
    matching = OrderFilter(states=(OrderState.APPROVED,), sync_states=(SyncState.FAILED,))
    return [order for order in await _all(tx, matching) if _uses(order, kind, word)]


def _uses(order: PurchaseOrder, kind: MappingKind, word: str) -> bool:
    match kind:
        case K.SUPPLIER:
            words = [order.supplier]
        case K.OUTLET:
            words = [order.outlet]
        case _:
            words = [line.sku for line in order.lines if line.sku]
    return key(word) in {key(each) for each in words}


async def _all(tx: Transaction, matching: OrderFilter) -> list[PurchaseOrder]:
    """Return every matching order that has no consignment yet, oldest first."""
    found: list[PurchaseOrder] = []
    after: str | None = None
    while page := await orders.listing(tx, matching=matching, limit=PAGE, after=after):
        after = page[-1].order.order_number
        numbers = [it.order.order_number for it in page if it.order.consignment_id is None]
        found += (await orders.find_many(tx, numbers)).values()
    return sorted(found, key=lambda order: order.id or 0)
