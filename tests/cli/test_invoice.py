"""Invoices and goods from the command line."""

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from lsync.core.domain.order import OrderState
from lsync.core.store import orders
from lsync.core.store.database import Database
from tests.cli.conftest import Shell
from tests.store.samples import NOW, line, order

HEADER = "invoice_number,supplier,order_number,sku,quantity,unit_cost\n"


@pytest.fixture
def stocked(empty_shell: Shell, sqlite_template: Path) -> Shell:
    """A shell whose database holds a sent order of two lines at 1.25."""
    path = empty_shell.directory / "lsync.db"
    path.write_bytes(sqlite_template.read_bytes())

    async def write() -> None:
        sent = order(state=OrderState.SUBMITTED, lines=(line(1), line(2, quantity=Decimal(10))))
        async with await Database.open(f"sqlite:///{path}") as database, database.write() as tx:
            await orders.insert(tx, sent, now=NOW)

    asyncio.run(write())
    empty_shell.variables |= {"LSYNC_DATABASE__URL": f"sqlite:///{path}", "COLUMNS": "160"}
    return empty_shell


def write(shell: Shell, *rows: str) -> str:
    file = shell.directory / "invoice.csv"
    file.write_text(HEADER + "".join(f"R-1,Northwind Wholesale,{row}\n" for row in rows))
    return str(file)


def test_an_invoice_is_shown_line_by_line_and_ends_in_decisions(stocked: Shell) -> None:
    file = write(stocked, "PO-1,SKU-0001,2.5,1.25", "PO-1,SKU-0002,10,2")
    dry = stocked("po", "invoice", "import", file, "--dry-run")
    assert dry.code == 0, dry.err
    assert "dry run" in dry.out
    ran = stocked("po", "invoice", "import", file)
    assert "✓ equal" in ran.out
    assert "? decision" in ran.out
    assert "lsync decide list" in ran.out
    (asked,) = stocked("decide", "list", "--json").json
    assert (asked["kind"], asked["ours"], asked["theirs"]) == ("invoice", "1.25", "2")
    again = stocked("po", "invoice", "import", file, "--json").json
    assert again["invoices"][0]["result"] == "known"


def test_an_invoice_in_another_encoding_says_how_to_import_it(stocked: Shell) -> None:
    file = stocked.directory / "invoice.csv"
    file.write_bytes(f"{HEADER}R-1,Müller,PO-1,SKU-0001,1,1\n".encode("cp1252"))
    ran = stocked("po", "invoice", "import", str(file))
    assert (ran.code, ran.out.count("--encoding cp1252")) == (1, 1)
    assert stocked("po", "invoice", "import", str(file), "--encoding", "nope").code == 2
    ran = stocked("po", "invoice", "import", str(file), "--encoding", "cp1252")
    assert "Invoice R-1 of Müller" in ran.out


def test_what_stays_out_exits_1_with_the_reason(stocked: Shell) -> None:
    ran = stocked("po", "invoice", "import", write(stocked, "PO-9,SKU-0001,1,1"))
    assert (ran.code, "no order PO-9" in ran.out) == (1, True)
    assert "Correct its rows" in ran.out
    ran = stocked("po", "invoice", "import", write(stocked, "PO-1,SKU-0001,x,1"))
    assert (ran.code, "line 2: quantity is not a number" in ran.out) == (1, True)
    assert stocked("decide", "list", "--json").json == []


def test_goods_are_counted_once_and_shown_with_the_order(stocked: Shell) -> None:
    given = ("--line", "SKU-0002=7,damaged=1,short=2,reason=wet box", "--delivery", "DN-1")
    ran = stocked("po", "receive", "PO-1", *given)
    assert ran.code == 0, ran.err
    assert "! 3 short" in ran.out
    assert "was recorded before" in stocked("po", "receive", "PO-1", *given).out
    report = stocked("po", "receive", "PO-1", "--all", "--json").json
    assert [each["received"] for each in report["lines"]] == ["2.5", "10"]
    assert "Counted here" in stocked("po", "show", "PO-1").out


@pytest.mark.parametrize("given", [(), ("--all", "--line", "SKU-0001=1"), ("--line", "SKU-0001")])
def test_an_unclear_count_is_refused(stocked: Shell, given: tuple[str, ...]) -> None:
    ran = stocked("po", "receive", "PO-1", *given)
    assert ran.code == 2
    assert stocked("po", "show", "PO-1", "--json").json["goods"] == []
