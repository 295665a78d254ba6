"""Rows set aside on disk give the orders that the same rows give in memory, whatever they say."""

import shutil
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing, closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.order_file import DecimalMark, FileProblem, read
from lsync.core.domain.order_file.grouping import MOST_PROBLEMS, group_rows
from lsync.core.domain.order_file.rows import Row
from lsync.core.store.database import Database
from lsync.core.sync.importing import CHUNK_LINES, FileForm, import_file
from lsync.core.sync.staging import StagedRows, remove_left

HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost,note\n"


def row(number: object = "PO-1", **said: object) -> Row:
    """A row as a file has it; ``fault`` makes it one that cannot be read."""
    fault = said.pop("fault", None)
    if fault is not None:
        return Row(line=1, fault=str(fault), order_number=str(number) if number else None)
    cells = {"supplier": "S", "outlet": "O", "sku": "A", "quantity": "1.50", "unit_cost": "2"}
    return Row(line=1, cells={"order_number": number, **cells, **said})


def staged(directory: Path, rows: Iterable[Row]) -> StagedRows:
    opened = StagedRows.open(directory)
    opened.fill(
        read(each, place=place, decimal=DecimalMark.POINT) for place, each in enumerate(rows)
    )
    return opened


def parsed(directory: Path, rows: Sequence[Row]) -> tuple[list[PurchaseOrder], list[FileProblem]]:
    with closing(staged(directory, rows)) as found:
        batches = list(found.batches(most_orders=3, most_lines=5))
        orders = [order for batch in batches for order in batch.orders]
        refused = list(found.refused())
        assert found.orders == len(orders) + len(refused)
        assert sum(batch.refused for batch in batches) == len(refused)
        of_orders = (each for refusal in refused for each in refusal.problems)
        problems = [*found.stray_problems(), *of_orders]
    return orders, problems


NUMBERS = st.sampled_from(["PO-1", "po-1", "Po-1", "PO-2", "PO-3", "ß", "SS", "", None, 7])
ROWS = st.one_of(
    st.builds(
        row,
        NUMBERS,
        supplier=st.sampled_from(["S", "S", "S", "T", ""]),
        note=st.sampled_from([None, "", "one\ntwo", "other"]),
        due_date=st.sampled_from([None, "2026-12-01", "2026-12-02", "x"]),
        quantity=st.sampled_from(["1", "1.50000", "x", "-3", "0.00001"]),
    ),
    st.builds(row, NUMBERS.map(lambda it: it or None), fault=st.just("broken")),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, max_size=40))
def test_orders_and_problems_are_those_of_the_rows_in_memory(
    tmp_path: Path, rows: list[Row]
) -> None:
    numbered = [
        replace(each, line=place, element=place // 2 or None)
        for place, each in enumerate(rows, start=1)
    ]
    expected = group_rows(numbered, decimal=DecimalMark.POINT)
    orders, problems = parsed(tmp_path, numbered)
    assert orders == list(expected.orders)
    assert problems == list(expected.problems)


def test_rows_of_an_order_may_stand_anywhere(tmp_path: Path) -> None:
    rows = [row(f"PO-{place % 7}", sku=f"S{place}") for place in range(70)]
    orders, problems = parsed(tmp_path, rows)
    assert problems == []
    assert [order.order_number for order in orders] == [f"PO-{number}" for number in range(7)]
    assert [line.sku for line in orders[3].lines] == [f"S{place}" for place in range(3, 70, 7)]


def test_a_batch_ends_with_the_order_that_fills_it(tmp_path: Path) -> None:
    rows = [row(f"PO-{number}") for number in range(5) for _ in range(number + 1)]
    with closing(staged(tmp_path, rows)) as found:
        batches = found.batches(most_orders=2, most_lines=4)
        assert [[len(order.lines) for order in batch.orders] for batch in batches] == [
            [1, 2],
            [3, 4],
            [5],
        ]


def test_many_spellings_of_a_number_are_told_briefly(tmp_path: Path) -> None:
    numbers = [f"{place:06b}".replace("0", "a").replace("1", "A") for place in range(64)]
    _, problems = parsed(tmp_path, [row(number) for number in numbers])
    of_first = [each.message for each in problems if each.order_number == numbers[0]]
    assert len(of_first) == MOST_PROBLEMS + 1
    assert of_first[-1].startswith(f"and {63 - MOST_PROBLEMS} more")


def test_the_file_has_no_name_while_it_is_used(tmp_path: Path) -> None:
    with closing(staged(tmp_path, [row()])):
        assert not list(tmp_path.iterdir())


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in ("lsync-import-x1", "lsync.db", "import-2026.csv"):
        (tmp_path / name).touch()
    remove_left(tmp_path)
    assert {each.name for each in tmp_path.iterdir()} == {"lsync.db", "import-2026.csv"}


def csv_file(orders: int) -> bytes:
    lines = (
        f"PO-{order},S{order % 9},O,SKU-{line},{line + 1},1.25,a note of some length\n"
        for order in range(orders)
        for line in range(40)
    )
    return (HEADER + "".join(lines)).encode()


def json_file(orders: int) -> bytes:
    names = HEADER.strip().split(",")
    rows = (line.split(",") for line in csv_file(orders).decode().splitlines()[1:])
    quoted = (
        ",".join(f'"{name}": "{cell}"' for name, cell in zip(names, cells, strict=True))
        for cells in rows
    )
    return ("[" + ",\n".join(f"{{{each}}}" for each in quoted) + "]").encode()


def refused_file(orders: int) -> bytes:
    return csv_file(orders).replace(b",1.25,", b",much,")


def stray_file(orders: int) -> bytes:
    return csv_file(orders).replace(b"\nPO-", b"\n,PO-")


async def taken_in(database: Database, file: Path, directory: Path) -> int:
    found = 0
    with file.open("rb") as opened:
        imported = import_file(
            database,
            opened,
            form=FileForm(filename=file.name),
            directory=directory,
            dry_run=True,
        )
        async with aclosing(imported):
            async for _ in imported:
                found += 1
    return found


def written(place: Path, content: bytes) -> Path:
    place.write_bytes(content)
    return place


FEW = 2 * CHUNK_LINES // 40
"""Orders of 40 lines that fill two chunks."""

MOST_GROWTH = 1_200_000
"""Bytes; three times as many orders again take twice that as values of Python."""


@pytest.fixture
async def database(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Database]:
    """The engine makes no difference here, and MariaDB takes its time."""
    path = tmp_path / "lsync.db"
    shutil.copy(sqlite_template, path)
    async with await Database.open(f"sqlite:///{path}") as opened:
        yield opened


@pytest.mark.parametrize(
    ("make", "ending"),
    [(csv_file, "csv"), (json_file, "json"), (refused_file, "csv"), (stray_file, "csv")],
)
async def test_memory_does_not_grow_with_the_file(
    database: Database,
    tmp_path: Path,
    make: Callable[[int], bytes],
    ending: str,
) -> None:
    few = written(tmp_path / f"few.{ending}", make(FEW))
    many = written(tmp_path / f"many.{ending}", make(4 * FEW))
    await taken_in(database, few, tmp_path)  # what is loaded and compiled once
    peaks = []
    for file in (few, many):
        tracemalloc.start()
        try:
            assert await taken_in(database, file, tmp_path)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] < peaks[0] + MOST_GROWTH, peaks
