"""What words stand for: listing, setting, forgetting and suggesting mappings."""

from collections.abc import Iterable, Sequence

from lsync.core.control import messages as m
from lsync.core.domain.catalogue import CatalogueEntry, Product, key
from lsync.core.domain.records import Mapping, MappingKind
from lsync.core.domain.sanitise import visible
from lsync.core.store import catalogue, mappings
from lsync.core.store.database import Transaction
from lsync.core.sync import mapping
from lsync.core.sync.mapping import MappingDone, Suggestion
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import bad_input, not_found
from lsync.daemon.operations.orders import find_order
from lsync.daemon.presenting.orders import problem

LISTS = {
    MappingKind.SUPPLIER: "lsync vend suppliers",
    MappingKind.OUTLET: "lsync vend outlets",
    MappingKind.PRODUCT: "lsync vend products --search TEXT",
}


async def list_mappings(
    application: Application, *, kind: MappingKind | None, limit: int, skip: int
) -> list[m.MappingMessage]:
    """Mappings by kind and word, each with what Lightspeed calls it."""
    async with application.database.read() as tx:
        found = await mappings.listing(tx, kind=kind, limit=limit, skip=skip)
        names = await _names(tx, found)
    return [_mapping(each, names.get((each.kind, each.lightspeed_id))) for each in found]


async def set_mapping(
    application: Application, request: m.MapRequest, *, by: str
) -> m.MappedMessage:
    """Remember what a word stands for and queue the orders that this unblocks.

    Raises:
        ControlError: 404 nothing of that name at Lightspeed, 422 several.
    """
    kind = MappingKind(request.kind)
    local_id = request.local_id.strip()
    if not key(local_id):
        raise bad_input(
            "A word is missing.", why="It is empty.", next_step="Give the word the order uses."
        )

    async def work(tx: Transaction) -> MappingDone:
        found = await mapping.targets(tx, kind, request.target)
        target = _only(found, kind, request.target)
        return await mapping.remember(
            tx,
            kind,
            local_id=local_id,
            target=target,
            by=by,
            max_attempts=application.rules.max_attempts,
        )

    done = await application.database.run(work, idempotent=True)
    return m.MappedMessage(
        mapping=_mapping(done.mapping, _title(done.target)),
        queued=done.queued,
        blocked=tuple(
            m.BlockedOrder(
                order_number=each.order_number,
                problems=tuple(problem(it) for it in each.problems),
            )
            for each in done.blocked
        ),
    )


async def remove_mapping(
    application: Application, request: m.UnmapRequest
) -> list[m.MappingMessage]:
    """Forget what a word stands for.

    Raises:
        ControlError: 404 nothing was remembered.
    """
    kind, word = MappingKind(request.kind), key(request.local_id)

    async def work(tx: Transaction) -> list[Mapping]:
        found = await mappings.of_local(tx, kind, local_id=word)
        for each in found:
            await mappings.remove(tx, kind, local_id=word, lightspeed_id=each.lightspeed_id)
        return found

    forgotten = await application.database.run(work, idempotent=True)
    if not forgotten:
        raise not_found(
            f"mapping of the {kind} {visible(request.local_id)}",
            next_step="`lsync map list` shows what is remembered.",
        )
    return [_mapping(each, None) for each in forgotten]


async def suggest(application: Application, *, order: str | None) -> list[m.SuggestionMessage]:
    """Unknown words and what they may mean.

    Raises:
        ControlError: 404 there is no such order.
    """
    if order is not None:
        await find_order(application, order)
    found = await mapping.suggest(application.database, order_number=order)
    return [_suggestion(each) for each in found]


def _only(found: Sequence[CatalogueEntry], kind: MappingKind, target: str) -> CatalogueEntry:
    if len(found) == 1:
        return found[0]
    if not found:
        raise not_found(
            f"{kind} {visible(target)} at Lightspeed",
            next_step=f"`{LISTS[kind]}` shows what there is.",
        )
    ids = ", ".join(each.id for each in found[:5])
    raise bad_input(
        f"{len(found)} {kind}s are called {visible(target)}.",
        why="It must be clear which one is meant.",
        next_step=f"Give the id of one: {ids}.",
    )


async def _names(tx: Transaction, found: Iterable[Mapping]) -> dict[tuple[MappingKind, str], str]:
    products = [each.lightspeed_id for each in found if each.kind is MappingKind.PRODUCT]
    known: list[tuple[MappingKind, CatalogueEntry]] = [
        *(
            (MappingKind.PRODUCT, it)
            for it in (await catalogue.products_by_id(tx, products)).values()
        ),
        *((MappingKind.SUPPLIER, it) for it in await catalogue.suppliers(tx)),
        *((MappingKind.OUTLET, it) for it in await catalogue.outlets(tx)),
    ]
    return {(kind, entry.id): _title(entry) for kind, entry in known}


def _title(entry: CatalogueEntry) -> str:
    if isinstance(entry, Product) and entry.sku:
        return f"{entry.sku} {entry.name}"
    return entry.name


def _mapping(found: Mapping, name: str | None) -> m.MappingMessage:
    return m.MappingMessage(
        kind=found.kind.value,
        local_id=found.local_id,
        lightspeed_id=found.lightspeed_id,
        name=name,
        source=found.source.value,
        updated_at=found.updated_at,
    )


def _suggestion(found: Suggestion) -> m.SuggestionMessage:
    return m.SuggestionMessage(
        kind=found.word.kind.value,
        local_id=found.word.local_id,
        name=found.word.name,
        orders=found.orders,
        candidates=tuple(
            m.CandidateMessage(
                lightspeed_id=each.candidate.lightspeed_id,
                name=each.candidate.name,
                sku=each.candidate.sku,
                score=each.score,
            )
            for each in found.matches
        ),
    )
