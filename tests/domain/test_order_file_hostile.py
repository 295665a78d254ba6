"""Whatever a file holds: no exception, and never half an order."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.order_file import (
    DecimalMark,
    FileProblemKind,
    ParsedFile,
    csv_rows,
)
from lsync.core.domain.order_file.rows import place_of
from tests.domain.order_files import parse_order_file

HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost,note"
NAMES = st.sampled_from(["orders.csv", "orders.json", "orders.jsonl", "", "x.JSON"])
MARKS = st.sampled_from(list(DecimalMark))

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["order_number", "lines", "sku", "quantity", "note"]) | st.text(), inner
        )
    ),
    max_leaves=20,
)
CELL = st.sampled_from(
    ["", "1", "-1", "x", '"', '""', '"a', 'b"', ",", ";", "\n", "é", "1e9", "\ud800"]
)
GOOD = st.tuples(st.sampled_from(["PO-1", "PO-2", "PO-3"]), st.integers(1, 99)).map(
    lambda pair: f"{pair[0]},S,O,SKU-{pair[1]},1,2,"
)
BAD = st.one_of(
    st.lists(CELL, max_size=9).map(",".join),
    st.sampled_from(
        [
            "PO-1,S,O,A,x,2,",
            "PO-2,S,O,A,1,2,,extra",
            'PO-3,S,O,A,1,2,"open',
            ",S,O,A,1,2,",
            'PO-1,S,O,"A,1,2,',
        ]
    ),
)


def check(parsed: ParsedFile) -> None:
    """What every answer must fulfil."""
    refused = set(parsed.refused)
    numbers = [order.order_number for order in parsed.orders]
    assert len(numbers) == len(set(numbers))
    assert not refused & set(numbers)
    for order in parsed.orders:
        assert order.lines
        assert [line.line_no for line in order.lines] == list(range(1, len(order.lines) + 1))
        for line in order.lines:
            assert line.quantity.is_finite()
            assert line.unit_cost is not None
            assert line.unit_cost >= 0
    for problem in parsed.problems:
        problem.message.encode()
        assert "\n" not in problem.message


@given(st.binary(max_size=400), NAMES, MARKS)
def test_any_bytes(content: bytes, name: str, mark: DecimalMark) -> None:
    check(parse_order_file(content, filename=name, decimal=mark))


@given(JSON, NAMES, MARKS)
def test_any_json(value: object, name: str, mark: DecimalMark) -> None:
    content = json.dumps(value).encode()
    check(parse_order_file(content, filename=name, decimal=mark))


@given(st.lists(GOOD | BAD, max_size=12), MARKS)
def test_an_order_with_a_row_that_is_not_understood_never_comes_in_short(
    rows: list[str], mark: DecimalMark
) -> None:
    text = "\n".join((HEADER, *rows))
    parsed = parse_order_file(
        text.encode("utf-8", "surrogatepass"),
        filename="orders.csv",
        decimal=mark,
    )
    check(parsed)
    whole = Counter(
        line.split(",")[0]
        for line in text.split("\n")[1:]
        if line.startswith(("PO-1", "PO-2", "PO-3"))
    )
    for order in parsed.orders:
        if order.order_number in whole and order.note is None:
            assert len(order.lines) == whole[order.order_number]


@given(st.lists(GOOD, min_size=1, max_size=12))
def test_good_rows_all_come_in(rows: list[str]) -> None:
    parsed = parse_order_file("\n".join((HEADER, *rows)).encode(), filename="orders.csv")
    assert parsed.problems == ()
    assert sum(len(order.lines) for order in parsed.orders) == len(rows)


def test_faults_in_a_json_array_name_the_element() -> None:
    row = '{"order_number":"PO-1","supplier":"S","outlet":"O","sku":"A","quantity":1,"unit_cost":1}'

    def told(text: str) -> str:
        problem = parse_order_file(text.encode(), filename="o.json").problems[0]
        return f"{place_of(problem.line, problem.element)}: {problem.message}"

    assert told(f"[{row},{row},{{]").startswith("line 1: element 3 is not JSON")
    assert told(f"[{row},7]").startswith("element 2: expected an object")
    assert told(f"[{row},\n7]").startswith("line 2 (element 2): expected an object")
    wrong = row.replace('"quantity":1', '"quantity":"x"')
    assert told(f"[{row},{wrong}]").startswith("element 2: quantity")
    assert told(wrong).startswith("line 1: quantity")
    other = row.replace('"outlet":"O"', '"outlet":"P"')
    assert told(f"[{row},{other}]").startswith("element 2: outlet is “P” here")
    stray = row.replace("PO-1", "")
    assert told(f"[{row},{stray}]").startswith("element 2: order_number is missing")
    assert told(f"[{row} {row}]") == "line 1: expected a comma or ] after element 1"


def test_a_text_in_quotes_that_runs_over_the_file_is_not_called_too_many_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(csv_rows, "MAX_ROWS", 50)
    header = "order_number,supplier,outlet,sku,quantity,unit_cost,note\n"
    text = header + 'PO-1,S,O,A,1,1,"' + "on and on\n" * 300
    (problem,) = parse_order_file(text.encode(), filename="o.csv").problems
    assert problem.kind is FileProblemKind.FILE
    assert (problem.line, "most lines are no rows" in problem.message) == (2, True)
    many = header + "PO-1,S,O,A,1,1,\n" * 60
    (problem,) = parse_order_file(many.encode(), filename="o.csv").problems
    assert "more than 50 rows" in problem.message
