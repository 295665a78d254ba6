"""Orders come in whole or not at all; the same file twice changes nothing."""

import gc
import io
import sys
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from lsync.core.domain.catalogue import CatalogueEntry, Outlet, Product, Supplier
from lsync.core.domain.order import OrderState, PurchaseOrder
from lsync.core.domain.order_file import FileProblem, FileProblemKind
from lsync.core.store import catalogue, orders, sync_log
from lsync.core.store.database import Database
from lsync.core.sync.importing import (
    CHUNK,
    FileForm,
    Imported,
    ImportedOrder,
    ImportOutcome,
    ImportStopped,
    import_file,
)

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost"
CREATED, REPLACED, UNCHANGED, REFUSED, KEPT = ImportOutcome


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    orders: tuple[ImportedOrder, ...]
    problems: tuple[FileProblem, ...]

    @property
    def complete(self) -> bool:
        """Whether everything in the file came in."""
        return not any(order.outcome in (REFUSED, KEPT) for order in self.orders) and all(
            problem.kind is FileProblemKind.NOTICE for problem in self.problems
        )


async def take_in(database: Database, content: bytes, *, dry_run: bool = False) -> ImportResult:
    with TemporaryDirectory() as name:
        directory = Path(name)
        found = [
            each
            async for each in import_file(
                database,
                io.BytesIO(content),
                form=FileForm(filename="orders.csv"),
                directory=directory,
                dry_run=dry_run,
            )
        ]
        assert is_empty(directory), "nothing is left behind"
    return ImportResult(
        orders=tuple(each for each in found if isinstance(each, ImportedOrder)),
        problems=tuple(each for each in found if isinstance(each, FileProblem)),
    )


def is_empty(directory: Path) -> bool:
    return not list(directory.iterdir())


def row(number: str = "PO-1", sku: str = "SKU-1", quantity: str = "2") -> str:
    return f"{number},Northwind,Main Street,{sku},{quantity},1.50"


async def bring_in(database: Database, *rows: str, dry_run: bool = False) -> ImportResult:
    content = "\n".join((HEADER, *rows)).encode()
    return await take_in(database, content, dry_run=dry_run)


async def stored(database: Database, number: str = "PO-1") -> PurchaseOrder | None:
    async with database.read() as tx:
        return await orders.find(tx, number)


def outcomes(result: ImportResult) -> dict[str, ImportOutcome]:
    return {order.order_number: order.outcome for order in result.orders}


async def test_new_orders_are_drafts(database: Database) -> None:
    result = await bring_in(database, row(), row(sku="SKU-2"), row("PO-2"))
    assert outcomes(result) == {"PO-1": CREATED, "PO-2": CREATED}
    assert result.complete
    found = await stored(database)
    assert found is not None
    assert (found.state, found.revision, len(found.lines)) == (OrderState.DRAFT, 1, 2)


async def test_the_same_file_again_changes_nothing(database: Database) -> None:
    rows = (row(quantity="2.50"), row("PO-2"))
    await bring_in(database, *rows)
    before = await stored(database)
    result = await bring_in(database, *rows)
    assert set(outcomes(result).values()) == {UNCHANGED}
    assert await stored(database) == before
    async with database.read() as tx:
        assert await sync_log.count(tx) == 2


async def test_a_changed_order_shows_the_difference_and_is_replaced(database: Database) -> None:
    await bring_in(database, row(quantity="2"))
    result = await bring_in(database, row(quantity="3"))
    (order,) = result.orders
    assert order.outcome is REPLACED
    assert order.changes == ("line 1 SKU-1: quantity 2 → 3",)
    found = await stored(database)
    assert found is not None
    assert (found.revision, found.ordered) == (2, Decimal(3))


async def test_an_approved_order_is_replaced_until_it_is_sent(database: Database) -> None:
    await bring_in(database, row())
    await move(database, OrderState.APPROVED)
    assert outcomes(await bring_in(database, row(quantity="3"))) == {"PO-1": REPLACED}
    await move(database, OrderState.SUBMITTED)
    result = await bring_in(database, row(quantity="9"))
    assert outcomes(result) == {"PO-1": KEPT}
    assert not result.complete
    assert "it is submitted" in result.orders[0].problems[0].message
    found = await stored(database)
    assert found is not None
    assert found.ordered == 3
    assert outcomes(await bring_in(database, row(quantity="3"))) == {"PO-1": UNCHANGED}


async def move(database: Database, state: OrderState) -> None:
    async with database.write() as tx:
        found = await orders.find(tx, "PO-1")
        assert found is not None
        await orders.set_state(tx, found, state=state, now=NOW)


async def test_an_order_with_a_row_that_cannot_be_read_stays_out_whole(
    database: Database,
) -> None:
    result = await bring_in(database, row(), row(sku="SKU-2", quantity="x"), row("PO-2"))
    assert outcomes(result) == {"PO-1": REFUSED, "PO-2": CREATED}
    assert not result.complete
    refused = next(order for order in result.orders if order.outcome is REFUSED)
    assert refused.problems[0].line == 3
    assert await stored(database) is None


async def test_a_refused_change_leaves_the_known_order_as_it_was(database: Database) -> None:
    await bring_in(database, row())
    before = await stored(database)
    await bring_in(database, row(quantity="7"), row(sku="SKU-2", quantity="NaN"))
    assert await stored(database) == before


async def test_an_unreadable_file_says_why(database: Database) -> None:
    result = await take_in(database, b"\x00\x01\x02")
    assert result.orders == ()
    assert "binary" in result.problems[0].message
    assert not result.complete


async def test_an_unknown_column_does_not_make_an_import_incomplete(database: Database) -> None:
    content = f"{HEADER},colour\n{row()},blue".encode()
    result = await take_in(database, content)
    assert result.complete
    assert "colour" in result.problems[0].message


async def test_a_dry_run_writes_nothing(database: Database) -> None:
    result = await bring_in(database, row(), dry_run=True)
    assert outcomes(result) == {"PO-1": CREATED}
    assert await stored(database) is None
    await bring_in(database, row())
    result = await bring_in(database, row(quantity="3"), dry_run=True)
    assert outcomes(result) == {"PO-1": REPLACED}
    found = await stored(database)
    assert found is not None
    assert found.revision == 1


async def test_what_the_sync_will_refuse_comes_in_with_a_warning(database: Database) -> None:
    await learn(database, ["SKU-1"])
    result = await bring_in(
        database, row(), row("PO-2", "NOPE", "0"), row("PO-2", "SKU-1"), row("PO-2", "sku-1")
    )
    assert set(outcomes(result).values()) == {CREATED}
    assert result.complete
    good, bad = result.orders
    assert good.warnings == ()
    assert [(w.code.value, w.line_no) for w in bad.warnings] == [
        ("zero_quantity", 1),
        ("unknown_sku", 1),
        ("duplicate_line", 3),
    ]


async def learn(database: Database, skus: Sequence[str]) -> None:
    async with database.write() as tx:
        products = [Product(id=f"p-{sku}", name=sku, sku=sku) for sku in skus]
        places: list[CatalogueEntry] = [
            Supplier(id="s", name="Northwind"),
            Outlet(id="o", name="Main Street"),
        ]
        await catalogue.put_many(tx, [*products, *places], now=NOW)
        await catalogue.mark_known(tx, now=NOW)


async def test_before_the_catalogue_is_known_nothing_is_called_unknown(
    database: Database,
) -> None:
    (order,) = (await bring_in(database, row(sku="ANYTHING"))).orders
    assert order.warnings == ()


async def test_an_order_that_clashes_with_another_spelling_is_kept_out_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if somebody else had stored the number between looking and writing."""
    await bring_in(database, row())

    async def nobody(*_: object) -> dict[str, PurchaseOrder]:
        return {}

    monkeypatch.setattr(orders, "find_many", nobody)
    result = await bring_in(database, row(quantity="5"), row("PO-2"))
    assert outcomes(result) == {"PO-1": KEPT, "PO-2": CREATED}
    monkeypatch.undo()
    found = await stored(database)
    assert found is not None
    assert found.ordered == 2


async def test_many_orders_come_in_over_several_transactions(database: Database) -> None:
    rows = [row(f"PO-{number}") for number in range(120)]
    assert len((await bring_in(database, *rows)).orders) == 120
    assert set(outcomes(await bring_in(database, *rows)).values()) == {UNCHANGED}


async def test_each_import_is_logged_with_its_order(database: Database) -> None:
    await bring_in(database, row())
    await bring_in(database, row(quantity="3"))
    async with database.read() as tx:
        newest, first = await sync_log.search(tx)
    assert (first.step, first.order_number, first.message) == (
        "created",
        "PO-1",
        "imported with 1 line",
    )
    assert newest.message == "replaced by revision 2 with 1 line"
    assert newest.detail == {"changes": ["line 1 SKU-1: quantity 2 → 3"]}


async def test_the_rows_that_keep_an_order_out_are_counted_each_once(database: Database) -> None:
    other = row().replace("Northwind,Main", "Alpine,Harbour")
    result = await bring_in(database, row(), other, other, *[row(quantity="x")] * 40)
    (refused,) = result.orders
    assert refused.wrong_rows == 42
    assert refused.problems[-1].message == f"and {44 - 20} more problems"
    result = await bring_in(database, row(), row("po-1"))
    assert [each.wrong_rows for each in result.orders] == [0, 0]


def importing_three_chunks(
    database: Database, directory: Path, *, stopping: Callable[[], bool]
) -> AsyncGenerator[Imported, None]:
    rows = (row(number=f"PO-{number}") for number in range(3 * CHUNK))
    return importing(database, directory, *rows, stopping=stopping)


def importing(
    database: Database, directory: Path, *rows: str, stopping: Callable[[], bool] = lambda: False
) -> AsyncGenerator[Imported, None]:
    return import_file(
        database,
        io.BytesIO("\n".join((HEADER, *rows)).encode()),
        form=FileForm(filename="orders.csv"),
        directory=directory,
        stopping=stopping,
    )


@contextmanager
def noting_the_unraisable(into: list[str]) -> Iterator[None]:
    """Note what goes wrong where nobody can be told, such as rows closed after their file."""
    gc.collect()
    before = sys.unraisablehook
    sys.unraisablehook = lambda unraisable: into.append(str(unraisable.exc_value))
    try:
        yield
        gc.collect()
    finally:
        sys.unraisablehook = before


def is_created(found: Imported) -> bool:
    return isinstance(found, ImportedOrder) and found.outcome is CREATED


def is_refused(found: Imported) -> bool:
    return isinstance(found, ImportedOrder) and found.outcome is REFUSED


@pytest.mark.parametrize(
    "left_at", [is_created, is_refused, lambda found: isinstance(found, FileProblem)]
)
async def test_an_import_that_is_left_amid_the_file_leaves_nothing_open(
    database: Database, tmp_path: Path, left_at: Callable[[Imported], bool]
) -> None:
    good = [row(number=f"PO-{number}") for number in range(3 * CHUNK)]
    bad = [row(number=f"PO-{number}", quantity="x") for number in range(1000, 1003)]
    strays = [row(number="")] * 3
    unraisable: list[str] = []
    with noting_the_unraisable(unraisable):
        async with aclosing(importing(database, tmp_path, *good, *bad, *strays)) as found:
            async for each in found:
                if left_at(each):
                    break
    assert left_at(each)
    assert unraisable == []


async def keep(found: AsyncGenerator[Imported, None], seen: list[Imported]) -> None:
    async for each in found:
        seen.append(each)  # noqa: PERF401 - what came before an error counts


async def test_an_import_that_is_to_stop_does_so_between_two_chunks(
    database: Database, tmp_path: Path
) -> None:
    seen: list[Imported] = []
    async with aclosing(
        importing_three_chunks(database, tmp_path, stopping=lambda: bool(seen))
    ) as found:
        with pytest.raises(ImportStopped):
            await keep(found, seen)
    assert len(seen) == CHUNK
    assert await stored(database, "PO-0") is not None
    assert await stored(database, f"PO-{CHUNK}") is None


async def test_an_import_that_is_to_stop_reads_no_further_in_its_file(
    database: Database, tmp_path: Path
) -> None:
    asked: list[bool] = []

    def stopping() -> bool:
        asked.append(len(asked) == 4)
        return asked[-1]

    async with aclosing(importing_three_chunks(database, tmp_path, stopping=stopping)) as found:
        with pytest.raises(ImportStopped):
            await anext(found)
    assert len(asked) == 5
