"""Reading invoices and judging their lines beside the orders."""

import json
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.catalogue import key
from lsync.core.domain.invoice import (
    COLUMNS,
    Invoice,
    InvoiceLine,
    Limits,
    MatchedLine,
    UnreadableInvoice,
    Verdict,
    match_invoice,
    question_of,
    read_invoices,
)
from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.order_file.rows import DecimalMark, UnreadableFileError
from lsync.core.domain.sheet import read_sheet

D = Decimal
HEADER = "Invoice number;supplier;order_number;sku;quantity;unit_cost;invoice_date\n"
ORDER = PurchaseOrder(
    order_number="PO-1",
    supplier="Acme",
    outlet="Main",
    lines=(
        OrderLine(line_no=1, sku="T1", quantity=D(10), unit_cost=D(20), received=D(10)),
        OrderLine(line_no=2, sku="T2", quantity=D(10), unit_cost=D(0)),
        OrderLine(line_no=3, sku="T3", quantity=D(10)),
    ),
)


def invoice(*lines: tuple[str, str, str], number: str = "R-1", order: str = "PO-1") -> Invoice:
    return Invoice(
        number=number,
        supplier="ACME ",
        day=None,
        lines=tuple(
            InvoiceLine(
                line=no, order_number=order, sku=sku, quantity=D(quantity), unit_cost=D(cost)
            )
            for no, (sku, quantity, cost) in enumerate(lines, start=2)
        ),
    )


def read_whole(found: Sequence[Invoice | UnreadableInvoice]) -> list[Invoice]:
    whole = [each for each in found if isinstance(each, Invoice)]
    assert len(whole) == len(found)
    return whole


def match(
    given: Invoice, *, invoiced: dict[tuple[str, int], Decimal] | None = None
) -> tuple[MatchedLine, ...]:
    return match_invoice(
        given,
        {"PO-1": ORDER},
        limits=Limits(),
        same_supplier=lambda one, other: key(one) == key(other),
        invoiced=invoiced or {},
    )


@pytest.mark.parametrize(
    ("sku", "quantity", "cost", "expected"),
    [
        ("t1", "10", "20.00", Verdict.EQUAL),
        ("T1", "10", "21", Verdict.WITHIN),
        ("T1", "10", "21.01", Verdict.DECISION),
        ("T1", "100", "20.5", Verdict.WITHIN),
        ("T1", "101", "20.5", Verdict.DECISION),
        ("T1", "10", "18.9", Verdict.DECISION),
        ("T2", "1", "0.01", Verdict.DECISION),
        ("T3", "1", "5", Verdict.DECISION),
        ("T9", "1", "5", Verdict.UNMATCHED),
    ],
)
def test_a_line_is_judged_by_both_limits(
    sku: str, quantity: str, cost: str, expected: Verdict
) -> None:
    (found,) = match(invoice((sku, quantity, cost)))
    assert found.verdict is expected


def test_an_unknown_order_or_supplier_is_said() -> None:
    (unknown,) = match(invoice(("T1", "1", "20"), order="PO-9"))
    assert "no order PO-9" in unknown.message
    given = invoice(("T1", "1", "20"))
    other = Invoice(number="R-1", supplier="Other", day=None, lines=given.lines)
    (foreign,) = match(other)
    assert (foreign.verdict, foreign.message) == (Verdict.UNMATCHED, "order PO-1 is of Acme")


def test_more_invoiced_than_came_is_remarked_on_over_all_invoices() -> None:
    found = match(invoice(("T1", "6", "20"), ("T1", "5", "20")))
    assert [it.message for it in found] == ["", "11 invoiced, 10 ordered, 10 received"]
    (again,) = match(invoice(("T1", "1", "20")), invoiced={("PO-1", 1): D(10)})
    assert again.message


def test_the_question_tells_money_and_stays_harmless() -> None:
    (found,) = match(invoice(("T1", "10", "30")))
    told = question_of(invoice(("T1", "10", "30"), number="R\x1b[2J"), found)
    assert "charges 30, ordered at 20; 100 on 10 pieces" in told
    assert "\x1b" not in told


def test_a_csv_with_semicolons_and_commas_reads() -> None:
    text = HEADER + "R-1;Acme;PO-1;T1;2;3,50;2026-11-20\nR-2;Acme;PO-1;T1;1;4;\n"
    rows = read_sheet(text.encode(), filename="r.csv", required=COLUMNS)
    found, faults = read_invoices(rows, decimal=DecimalMark.COMMA)
    assert faults == []
    first, second = read_whole(found)
    assert (first.number, first.lines[0].unit_cost, str(first.day)) == (
        "R-1",
        D("3.5"),
        "2026-11-20",
    )
    assert (second.number, second.lines[0].unit_cost) == ("R-2", D(4))


def test_json_numbers_keep_every_digit() -> None:
    row = dict.fromkeys(COLUMNS, "x") | {"quantity": 2, "unit_cost": 0}
    text = json.dumps([row]).replace('"unit_cost": 0', '"unit_cost": 3.10001')
    rows = read_sheet(text.encode(), filename="r.json", required=COLUMNS)
    (found,) = read_whole(read_invoices(rows, decimal=DecimalMark.COMMA)[0])
    assert found.lines[0].unit_cost == D("3.10001")


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("R-1;Acme;PO-1;T1;0;3;", "above zero"),
        ("R-1;Acme;PO-1;T1;1;-3;", "unit_cost may not be below zero"),
        ("R-1;Acme;PO-1;;0;-3;x", "sku is missing"),
        ("R-1;Acme;PO-1;;0;-3;x", "not a date"),
        ("R-1;Acme;PO-1;;0;-3;x", "quantity has to be above zero"),
        ("R-1;Acme;PO-1;;0;-3;x", "unit_cost may not be below zero"),
        ("R-1;Acme;PO-1;T1;x;3;", "not a number"),
        ("R-1;Acme;PO-1;T1;1;3;20.11.2026", "not a date"),
    ],
)
def test_a_row_that_cannot_be_read_keeps_its_invoice_out_alone(cells: str, why: str) -> None:
    good = "R-0;Acme;PO-1;T1;1;1;\n"
    text = f"{HEADER}{good}{cells}\n{good.replace('R-0', 'R-1')}"
    rows = read_sheet(text.encode(), filename="r.csv", required=COLUMNS)
    (first, second), faults = read_invoices(rows, decimal=DecimalMark.POINT)
    assert isinstance(first, Invoice)
    assert isinstance(second, UnreadableInvoice)
    assert (second.number, second.supplier) == ("R-1", "Acme")
    assert second.why.startswith("line 3: ")
    assert why in second.why
    assert faults == []


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("R-1;;PO-1;T1;1;3;", "supplier is missing"),
        (";Acme;PO-1;T1;1;3;", "invoice_number is missing"),
    ],
)
def test_a_row_of_an_unknown_invoice_keeps_the_file_out(cells: str, why: str) -> None:
    text = f"{HEADER}R-0;Acme;PO-1;T1;1;1;\nR-2;Acme;PO-1;T1;x;1;\n{cells}\n"
    rows = read_sheet(text.encode(), filename="r.csv", required=COLUMNS)
    found, faults = read_invoices(rows, decimal=DecimalMark.POINT)
    assert found == []
    assert [(line, each.split(" (")[0]) for line, each in faults] == [
        (3, "quantity is not a number"),
        (4, why),
    ]


def test_an_invoice_that_is_wrong_throughout_is_told_briefly() -> None:
    def why(*quantities: str) -> str:
        text = HEADER + "".join(f"R-1;Acme;PO-1;T1;{each};3;\n" for each in quantities)
        rows = read_sheet(text.encode(), filename="r.csv", required=COLUMNS)
        (found,), _ = read_invoices(rows, decimal=DecimalMark.POINT)
        assert isinstance(found, UnreadableInvoice)
        return found.why

    same = "quantity is not a number (“x”)"
    assert why("x") == f"line 2: {same}"
    assert why("x", "1", "x") == f"line 2, line 4: {same}"
    assert why(*"x" * 50) == f"line 2, line 3, line 4 and 47 more: {same}"
    assert why(*(f"x{number}" for number in range(50))).endswith("; and 30 more")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("r.csv", "", "empty"),
        ("r.csv", HEADER, "no rows"),
        ("r.csv", "a,b\n1,2\n", "separated by commas, lacks invoice_number, supplier"),
        ("r.csv", "sep=;\n", "no rows"),
        ("r.csv", "sku,sku\n1,2\n", "more than once"),
        ("r.csv", f'"{HEADER}', "quotes do not match"),
        ("r.json", "{}", "list of objects"),
        ("r.json", "[", "no JSON"),
        ("r.json", '[{"sku": 1}]', "fields invoice_number, supplier, order_number, quantity"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_reason(name: str, text: str, why: str) -> None:
    with pytest.raises(UnreadableFileError, match=why):
        read_sheet(text.encode(), filename=name, required=COLUMNS)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "r.csv",
            f'{HEADER}\nR-1;Acme\n"R"1;A;P;T;1;1;\nR;A;P;T;x;1;\nR;A;P;T;1;1;\n"R;A\n',
            [
                (3, "the row has 2 columns, the header has 7"),
                (4, "the quotes do not match (';' expected after '\"')"),
                (5, "quantity is not a number (“x”)"),
                (7, "the quotes do not match (unexpected end of data)"),
            ],
        ),
        (
            "r.json",
            '[1, {"supplier": "A"}]',
            [
                (None, "element 1: it is no object with the columns in it"),
                (None, "element 2: invoice_number is missing"),
            ],
        ),
        (
            "r.jsonl",
            "1\n\nx\n",
            [
                (1, "it is no object with the columns in it"),
                (3, "the line is no JSON: Expecting value (character 1)"),
            ],
        ),
    ],
)
def test_every_row_that_cannot_be_read_is_told_at_once(
    name: str, text: str, told: list[tuple[int | None, str]]
) -> None:
    required = COLUMNS if name == "r.csv" else ("supplier",)
    rows = read_sheet(text.encode(), filename=name, required=required)
    found, faults = read_invoices(rows, decimal=DecimalMark.POINT)
    assert found == []
    assert faults[: len(told)] == told


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.json", "a.jsonl"]))
def test_no_bytes_break_the_reader(content: bytes, name: str) -> None:
    try:
        rows = read_sheet(content, filename=name, required=())
    except UnreadableFileError:
        return
    read_invoices(rows, decimal=DecimalMark.POINT)
