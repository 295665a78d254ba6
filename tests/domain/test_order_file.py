"""Order files: what comes in, what stays out, and what is said about it."""

import json
from datetime import date
from decimal import Decimal

import pytest

from lsync.core.domain.order_file import (
    DecimalMark,
    FileProblemKind,
    ParsedFile,
)
from tests.domain.order_files import parse_order_file

HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost,name,due_date,supplier_invoice,note"


def csv(*rows: str, header: str = HEADER, **options: object) -> ParsedFile:
    content = "\n".join((header, *rows)).encode()
    return parse_order_file(content, filename="orders.csv", **options)  # type: ignore[arg-type]  # its own options


def row(number: str = "PO-1", sku: str = "SKU-1", quantity: str = "2", **cells: str) -> str:
    values = {"cost": "1.50", "name": "", "due": "", "supplier": "Northwind", **cells}
    return (
        f"{number},{values['supplier']},Main Street,{sku},{quantity},{values['cost']},"
        f"{values['name']},{values['due']},,"
    )


def numbers(parsed: ParsedFile) -> list[str]:
    return [order.order_number for order in parsed.orders]


def said(parsed: ParsedFile) -> str:
    return "\n".join(problem.message for problem in parsed.problems)


def test_rows_of_one_number_form_one_order() -> None:
    parsed = csv(row(sku="A", due="2026-12-01"), row("PO-2"), row(sku="B", quantity="3.5"))
    assert numbers(parsed) == ["PO-1", "PO-2"]
    first = parsed.orders[0]
    assert [(line.line_no, line.sku, line.quantity) for line in first.lines] == [
        (1, "A", Decimal(2)),
        (2, "B", Decimal("3.5")),
    ]
    assert (first.supplier, first.outlet, first.due_date) == (
        "Northwind",
        "Main Street",
        date(2026, 12, 1),
    )
    assert parsed.problems == ()


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_the_usual_ways_to_write_csv(prefix: bytes, newline: str, delimiter: str) -> None:
    lines = [HEADER.replace(",", delimiter), row(name='"Größe, blau"').replace(",", delimiter)]
    lines[1] = lines[1].replace(f'"Größe{delimiter} blau"', '"Größe, blau"')
    content = prefix + newline.join([*lines, ""]).encode()
    parsed = parse_order_file(content, filename="ORDERS.CSV")
    assert parsed.problems == ()
    assert parsed.orders[0].lines[0].name == "Größe, blau"


def test_header_names_may_be_written_by_hand() -> None:
    parsed = csv(row(), header=HEADER.replace("unit_cost", " Unit Cost ").upper())
    assert numbers(parsed) == ["PO-1"]


def test_a_product_id_does_for_a_sku() -> None:
    parsed = csv(
        "PO-1,S,O,p-1,1,2", header="order_number,supplier,outlet,product_id,quantity,unit_cost"
    )
    assert parsed.orders[0].lines[0].product_id == "p-1"


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        ("1", "1"),
        ("0", "0"),
        ("-2", "-2"),
        ("1.50000", "1.5"),
        ("+3", "3"),
        (".5", "0.5"),
        ("-0", "0"),
    ],
)
def test_quantities_that_can_be_read_even_if_they_block_later(quantity: str, value: str) -> None:
    assert csv(row(quantity=quantity)).orders[0].lines[0].quantity == Decimal(value)


@pytest.mark.parametrize(
    ("quantity", "reason"),
    [
        ("", "quantity is missing"),
        ("two", "quantity is not a number (“two”)"),
        ("NaN", "not a number"),
        ("Infinity", "not a number"),
        ("-inf", "not a number"),
        ("1e999999999", "exponent"),
        ("1E5", "exponent"),
        ("1 000", "not a number"),
        ("0x10", "not a number"),
        ("١٢", "not a number"),
        (".", "not a number"),
        ("1.000001", "more than 5 decimals"),
        ("12345678901234", "too large"),
        ("9" * 5000, "too long"),
    ],
)
def test_a_quantity_that_cannot_be_read_keeps_its_order_out(quantity: str, reason: str) -> None:
    parsed = csv(row("PO-0"), row(), row(sku="B", quantity=quantity), row("PO-2"))
    assert numbers(parsed) == ["PO-0", "PO-2"]
    (problem,) = parsed.problems
    assert (problem.line, problem.order_number) == (4, "PO-1")
    assert reason in problem.message


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"cost": "-1"}, "unit_cost is negative"),
        ({"cost": ""}, "unit_cost is missing"),
        ({"sku": ""}, "sku is missing"),
        ({"supplier": ""}, "supplier is missing"),
        ({"due": "1.12.2026"}, "due_date is not a date like 2026-11-30"),
        ({"due": "2026-02-30"}, "due_date is not a date"),
        ({"due": "0001-01-01"}, "of the years 1000 to 2999"),
        ({"number": "."}, "order_number may not be"),
        ({"number": ".."}, "order_number may not be"),
        ({"sku": "x" * 191}, "sku is too long: 191 characters, at most 190"),
        ({"name": "a\x7fb"}, "control characters"),
        ({"sku": "a\x1bb"}, "control characters"),
    ],
)
def test_other_fields_that_cannot_be_read(changes: dict[str, str], reason: str) -> None:
    parsed = csv(row(**changes), row("PO-2"))
    assert numbers(parsed) == ["PO-2"]
    assert reason in said(parsed)
    assert parsed.problems[0].line == 2


def test_everything_wrong_with_a_row_is_said_at_once() -> None:
    assert said(csv(row(quantity="x", cost="y", due="z"))).count(";") == 2


def test_a_row_with_too_many_columns_keeps_its_order_out() -> None:
    parsed = csv(row(name="Cup, blue"), row("PO-2"))
    assert numbers(parsed) == ["PO-2"]
    assert "11 columns, the header has 10" in said(parsed)
    assert list(parsed.refused) == ["PO-1"]


def test_a_shifted_row_is_not_mistaken_for_a_good_one() -> None:
    """With a nameless last column, as spreadsheets write, a comma too many still fits."""
    header = "order_number,supplier,outlet,name,sku,quantity,unit_cost,"
    parsed = csv("PO-1,S,O,Cup, blue,5,2,1", "PO-2,S,O,Cup,A,1,2,", header=header)
    assert numbers(parsed) == ["PO-2"]
    assert "without a name" in said(parsed)


def test_a_row_with_too_few_columns_keeps_its_order_out() -> None:
    parsed = csv("PO-1,Northwind", row("PO-2"))
    assert numbers(parsed) == ["PO-2"]


def test_broken_encoding_keeps_only_its_order_out() -> None:
    content = "\n".join((HEADER, row(name="Café"), row("PO-2"))).encode("latin-1")
    parsed = parse_order_file(content, filename="orders.csv")
    assert numbers(parsed) == ["PO-2"]
    assert "name is not valid UTF-8" in said(parsed)


def test_a_quote_left_open_does_not_swallow_the_rest() -> None:
    parsed = csv(
        row("PO-0"),
        row(name='"Cup, blue'),
        row("PO-2"),
        row("PO-3", name='"Cup, red"'),
        row(sku="B"),
    )
    assert numbers(parsed) == ["PO-0", "PO-2", "PO-3"]
    assert [problem.line for problem in parsed.refused["PO-1"]] == [3]


def test_only_a_note_may_hold_line_breaks() -> None:
    header = "order_number,supplier,outlet,sku,quantity,unit_cost,note"
    parsed = csv('PO-1,S,O,A,1,1,"ring twice', 'then wait"', "PO-2,S,O,A,1,1,", header=header)
    assert numbers(parsed) == ["PO-1", "PO-2"]
    assert parsed.orders[0].note == "ring twice\nthen wait"
    header = header.replace("note", "name")
    parsed = csv('PO-1,S,O,A,1,1,"Cup', 'blue"', "PO-2,S,O,A,1,1,", header=header)
    assert "PO-1" not in numbers(parsed)


def test_a_row_without_a_number_keeps_the_orders_around_it_out() -> None:
    parsed = csv(row("PO-1"), row("PO-2"), row(""), row("PO-3"), row("PO-4"))
    assert numbers(parsed) == ["PO-1", "PO-4"]
    assert set(parsed.refused) == {"PO-2", "PO-3"}
    assert parsed.general[0].line == 4


def test_an_order_that_spans_an_unreadable_row_stays_out() -> None:
    parsed = csv(row("PO-1"), row("PO-2"), row("", sku="X"), row("PO-3"), row("PO-1", sku="B"))
    assert numbers(parsed) == []


@pytest.mark.parametrize("column", ["supplier", "due_date"])
def test_rows_that_contradict_each_other_are_reported(column: str) -> None:
    changed = {"supplier": "Alpine"} if column == "supplier" else {"due": "2026-12-02"}
    parsed = csv(row(due="2026-12-01"), row(sku="B", **changed), row("PO-2"))
    assert numbers(parsed) == ["PO-2"]
    assert column in said(parsed)
    assert parsed.problems[0].line == 3


def test_an_optional_field_left_empty_contradicts_nothing() -> None:
    parsed = csv(row(due="2026-12-01"), row(sku="B"))
    assert parsed.orders[0].due_date == date(2026, 12, 1)


def test_numbers_that_differ_only_in_case_stay_out() -> None:
    parsed = csv(row("po-1"), row("PO-1"), row("PO-2"))
    assert numbers(parsed) == ["PO-2"]
    assert "only in upper and lower case" in said(parsed)


def test_a_decimal_comma_has_to_be_asked_for() -> None:
    text = row(quantity='"2,5"', cost='"1,25"')
    assert "--decimal comma" in said(csv(text))
    line = csv(text, decimal=DecimalMark.COMMA).orders[0].lines[0]
    assert (line.quantity, line.unit_cost) == (Decimal("2.5"), Decimal("1.25"))
    assert "a point although" in said(csv(row(quantity="2.5"), decimal=DecimalMark.COMMA))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b" \r\n \n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"PK\x03\x04....", "Excel workbook"),
        (b"\xff\xfeo\x00r\x00", "UTF-16"),
        (b"order\x00number", "binary"),
        (b"\x89PNG\r\n\x1a\n\x01\x02\x03\x04", "binary"),
        (b"a,b\n1,2\n", "lacks order_number, supplier, outlet"),
        (HEADER.replace("quantity", "qty").encode(), "say --column quantity="),
        (HEADER.replace("quantity", "qty").encode(), "lacks quantity"),
        (HEADER.replace("name", "sku").encode(), "“sku” more than once"),
        (HEADER.encode(), "has no rows"),
        (HEADER.replace(",", ":").encode(), "nothing separates the columns"),
        (b",".join([b"x"] * 300), "at most 200"),
    ],
)
def test_a_file_that_cannot_be_used_at_all(content: bytes, reason: str) -> None:
    parsed = parse_order_file(content, filename="orders.csv")
    assert parsed.orders == ()
    (problem,) = parsed.problems
    assert problem.kind is FileProblemKind.FILE
    assert reason in problem.message


def test_a_file_with_too_many_rows_is_refused() -> None:
    content = (HEADER + "\n" + (row() + "\n") * 200_001).encode()
    assert "more than 200,000 rows" in said(parse_order_file(content, filename="x.csv"))


def test_an_unknown_column_is_ignored_and_named_with_the_nearest() -> None:
    parsed = csv(
        "PO-1,S,O,A,1,2,x",
        header="order_number,supplier,outlet,sku,quantity,unit_cost,supplier_invoce",
    )
    assert numbers(parsed) == ["PO-1"]
    (notice,) = parsed.problems
    assert notice.kind is FileProblemKind.NOTICE
    assert "did you mean supplier_invoice?" in notice.message


def test_blank_lines_and_empty_rows_are_skipped() -> None:
    assert numbers(csv(row(), "", ",,,,,,,,,", row("PO-2"), "")) == ["PO-1", "PO-2"]


def test_a_file_that_is_wrong_throughout_is_told_briefly() -> None:
    parsed = csv(*(row(quantity="x") for _ in range(500)), *(row("") for _ in range(500)))
    assert len(parsed.problems) < 50
    assert "and 480 more rows without a readable order number" in said(parsed)
    # Of the order's own rows one is hidden more: the stray beside them is told as well.
    assert "and 481 more problems" in said(parsed)


LINE = {"sku": "A", "quantity": "2", "unit_cost": 1.25}
FLAT = {"order_number": "PO-1", "supplier": "S", "outlet": "O", **LINE}
NESTED = {
    "order_number": "PO-1",
    "supplier": "S",
    "outlet": "O",
    "lines": [LINE, {**LINE, "sku": "B"}],
}


def as_json(value: object, name: str = "orders.json") -> ParsedFile:
    return parse_order_file(json.dumps(value, indent=1).encode(), filename=name)


def test_json_rows_and_json_orders() -> None:
    (flat,) = as_json([FLAT, {**FLAT, "sku": "B"}]).orders
    (nested,) = as_json([NESTED]).orders
    assert flat == nested
    assert flat.lines[1].sku == "B"
    assert flat.lines[0].unit_cost == Decimal("1.25")


def test_one_order_alone_is_fine() -> None:
    assert numbers(as_json(NESTED)) == ["PO-1"]


def test_json_lines_with_a_broken_line() -> None:
    rows = [json.dumps({**FLAT, "order_number": f"PO-{n}"}) for n in range(5)]
    rows[2] = rows[2][:-1]
    parsed = parse_order_file("\n".join(rows).encode(), filename="orders.jsonl")
    assert numbers(parsed) == ["PO-0", "PO-4"]
    assert parsed.general[0].line == 3


def test_json_numbers_keep_their_point_under_a_decimal_comma() -> None:
    content = json.dumps([{**FLAT, "quantity": "2,5"}]).encode()
    parsed = parse_order_file(content, filename="o.json", decimal=DecimalMark.COMMA)
    line = parsed.orders[0].lines[0]
    assert (line.quantity, line.unit_cost) == (Decimal("2.5"), Decimal("1.25"))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"quantity": True}, "neither a text nor a number"),
        ({"quantity": [1]}, "neither a text nor a number"),
        ({"quantity": None}, "quantity is missing"),
        ({"quantity": 1e20}, "exponent"),
        ({"sku": "\ud800"}, "not valid UTF-8"),
    ],
)
def test_json_values_that_cannot_be_read(changes: dict[str, object], reason: str) -> None:
    parsed = as_json([{**FLAT, **changes}, {**FLAT, "order_number": "PO-2"}])
    assert numbers(parsed) == ["PO-2"]
    assert reason in said(parsed)
    assert parsed.problems[0].line == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[1, 2", "expected a comma or ]"),
        ("{", "not JSON"),
        ("[NaN]", "NaN is not a number"),
        ("[" * 100_000, "nested too deeply"),
        ('[{"sku": 1, "sku": 2}]', "the same field twice"),
        ("[] x", "after the last ]"),
        ("{} {}", "after the end"),
        ("[]", "has no rows"),
    ],
)
def test_json_that_cannot_be_used_at_all(text: str, reason: str) -> None:
    parsed = parse_order_file(text.encode(), filename="orders.json")
    assert parsed.orders == ()
    assert reason in said(parsed)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "has no lines"),
        ("x", "lines is not a list"),
        ({"a": 1}, "lines is not a list"),
        ([LINE, 7], "its line 2: it is not an object"),
        ([LINE, {**LINE, "supplier": "other"}], "its line 2: it contradicts the order's supplier"),
        ([LINE, {**LINE, "quantity": "x"}], "its line 2: quantity is not a number"),
    ],
)
def test_json_orders_with_odd_lines_stay_out(lines: object, reason: str) -> None:
    parsed = as_json([{**NESTED, "lines": lines}, {**NESTED, "order_number": "PO-2"}])
    assert numbers(parsed) == ["PO-2"]
    assert reason in said(parsed)
