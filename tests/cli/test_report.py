"""Reports as a buyer and an operator read them, over a database without a daemon."""

import csv
import io
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, text

from tests.cli.conftest import Shell

HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost,name\n"
ORDERS = HEADER + (
    'PO-1,"=HYPERLINK(""http://x"")",Harbour,SKU-1,4,2.50,Tea\n'
    "PO-2,Northwind Wholesale,Main Street,SKU-1,10,1,Tea\n"
)


@pytest.fixture
def received(shell: Shell, database_url: str) -> Shell:
    """A shell whose first order came short and whose second has not come yet."""
    file = shell.directory / "orders.csv"
    file.write_text(ORDERS, encoding="utf-8")
    assert shell("po", "import", str(file)).code == 0
    assert shell("po", "approve", "--all", "--yes").code == 0
    engine = create_engine(database_url.replace("mysql:", "mysql+pymysql:"))
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE purchase_order_lines SET received = '3' WHERE order_id = "
                "(SELECT id FROM purchase_orders WHERE order_number = 'PO-1')"
            )
        )
        connection.execute(
            text("UPDATE purchase_orders SET state = 'received' WHERE order_number = 'PO-1'")
        )
    engine.dispose()
    return shell


def test_what_was_ordered_and_came(received: Shell) -> None:
    rows = received("report", "orders", "--json").json
    assert [(row["outlet"], row["orders"], row["received"]) for row in rows] == [
        ("Harbour", 1, "3"),
        ("Main Street", 1, "0"),
    ]
    assert [(row["received_percent"], row["ordered_value"]) for row in rows] == [
        (75.0, "10"),
        (0.0, "10"),
    ]
    ran = received("report:orders", "--by", "supplier", "--supplier", "north")
    assert "Northwind Wholesale" in ran.out
    assert "Outlet" not in ran.out
    assert received("report", "orders", "--until", "2020-01-01").out.count("No order") == 1
    assert received("report", "orders", "--by", "colour").code == 2
    assert received("report", "orders", "--limit", "1", "--json").json == rows[:1]


def test_differences_as_a_sheet_in_which_nothing_acts(received: Shell) -> None:
    ran = received("report", "differences", "--csv", "--quiet")
    (row,) = csv.DictReader(io.StringIO(ran.out))
    assert row["supplier"].startswith("'=HYPERLINK")
    assert (row["difference"], Decimal(row["value"])) == ("-1", Decimal("-2.5"))
    assert "-1" in received("report", "differences").out
    assert received("report", "differences", "--outlet", "Main").out.endswith("as ordered.\n")
    (line,) = received("report", "differences", "--jsonl").out.splitlines()
    assert '"final":true' in line


def test_reports_about_jobs(received: Shell) -> None:
    assert received("report", "sync", "--json").json == []
    jobs = [str(job["id"]) for job in received("queue", "list", "--json").json]
    assert received("queue", "cancel", *jobs, "--yes").code == 0
    (row,) = received("report", "sync", "--json").json
    assert (row["group"], row["cancelled"], row["success_percent"]) == ("sync.push", 2, None)
    (day,) = received("report", "sync", "--by", "day", "--json").json
    assert day["finished"] == 2
    assert received("report", "sync", "--type", "sync.pull", "--json").json == []
    assert "No job failed." in received("report", "failures").out


def test_only_one_shape_at_a_time(received: Shell) -> None:
    ran = received("report", "orders", "--json", "--csv")
    assert (ran.code, "--json and --csv exclude each other" in ran.err) == (2, True)


def test_a_sheet_without_rows_has_its_header(shell: Shell) -> None:
    for report in ("orders", "differences", "sync", "failures"):
        ran = shell("report", report, "--since", "1m", "--csv", "--quiet")
        (header,) = ran.out.splitlines()
        assert header.count(",") > 4, report
