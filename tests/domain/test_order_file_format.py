"""Which format a file is read as, and what is said when it is another one."""

import json

import pytest

from lsync.core.domain.order_file import ParsedFile
from lsync.core.domain.order_file.rows import UnreadableFileError
from lsync.core.domain.sheet import read_sheet
from tests.domain.order_files import parse_order_file

ROW = {
    "order_number": "PO-1",
    "supplier": "S",
    "outlet": "O",
    "sku": "T1",
    "quantity": 1,
    "unit_cost": 2,
}
LINE = json.dumps(ROW)
CSV = "order_number,supplier,outlet,sku,quantity,unit_cost\n"


def parse(text: str, *, name: str) -> ParsedFile:
    return parse_order_file(text.encode(), filename=name)


def why(text: str, *, name: str) -> str:
    parsed = parse(text, name=name)
    assert parsed.orders == ()
    return parsed.problems[0].message


def sheet_fault(content: bytes, *, name: str) -> UnreadableFileError:
    with pytest.raises(UnreadableFileError) as caught:
        read_sheet(content, filename=name, required=("sku", "quantity"))
    return caught.value


@pytest.mark.parametrize("name", ["stdin", "63", "-", "orders.data"])
@pytest.mark.parametrize(
    "text",
    [
        f" \n[{LINE}]",
        f"\ufeff[{LINE}]",
        LINE,
        json.dumps(ROW, indent=1),
        f"\n{LINE}\r\n{LINE}\n",
        f"{CSV}PO-1,S,O,T1,1,2\n",
        f"{' ' * 70_000}[{LINE}]",
    ],
)
def test_a_name_that_tells_nothing_leaves_it_to_the_text(name: str, text: str) -> None:
    (order,) = parse(text, name=name).orders
    assert order.order_number == "PO-1"


def test_json_lines_out_of_a_pipe_lose_a_broken_line_only() -> None:
    other = LINE.replace("PO-1", "PO-2")
    parsed = parse(f'{other}\n{LINE}\n{{"order_number": "PO-3", "sku": []}}\n', name="stdin")
    assert [order.order_number for order in parsed.orders] == ["PO-2", "PO-1"]


@pytest.mark.parametrize("name", ["orders.csv", "orders.TXT", "orders.tsv"])
@pytest.mark.parametrize("text", [f"[{LINE}]", LINE, "[\n", " {}"])
def test_json_that_is_named_a_table_is_told_its_name(name: str, text: str) -> None:
    told = "this looks like JSON; name the file .json"
    assert told in why(text, name=name)
    assert told in str(sheet_fault(text.encode(), name=name))


def test_a_column_in_brackets_is_no_json() -> None:
    text = "[Nr],supplier,outlet,sku,quantity,unit_cost\nPO-1,S,O,T1,1,2\n"
    parsed = parse_order_file(
        text.encode(), filename="orders.csv", columns={"order_number": "[Nr]"}
    )
    assert len(parsed.orders) == 1


def test_a_small_table_out_of_a_pipe_is_recognised_too() -> None:
    for text in ('[{"sku": "A", "quantity": 1}]', '{"sku": "A", "quantity": 1}\n' * 2):
        rows = read_sheet(text.encode(), filename="stdin", required=("sku", "quantity"))
        assert rows[0].cells["sku"] == "A"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_told_with_the_option_to_use(encoding: str) -> None:
    content = f"\ufeff{CSV}".encode(encoding)
    (problem,) = parse_order_file(content, filename="o.csv").problems
    told = "the file is UTF-16 text; import it with --encoding utf-16, or save it as UTF-8"
    assert problem.message == told
    assert str(sheet_fault(content, name="s.csv")) == told


def test_a_deeply_nested_table_is_called_so() -> None:
    deep = "[" * 100_000
    assert "nested too deeply" in str(sheet_fault(deep.encode(), name="s.json"))
    (row,) = read_sheet(deep.encode(), filename="s.jsonl", required=())
    assert row.fault == "the line is nested too deeply"


def test_a_line_that_is_no_json_is_counted_once() -> None:
    (problem,) = parse("\nx\n", name="o.jsonl").problems
    assert problem.line == 2
    assert problem.message.startswith("this is not JSON: Expecting value (character 1)")
    _, row = read_sheet(b'{"sku": 1}\n\nx\n', filename="s.jsonl", required=("sku",))
    assert (row.line, row.fault) == (3, "the line is no JSON: Expecting value (character 1)")
    fault = sheet_fault(b'[{"sku": 1},\n x]', name="s.json")
    assert (fault.line, str(fault)) == (2, "the file is no JSON: Expecting value (character 2)")


@pytest.mark.parametrize("text", ["x" * 140_000, f'"{"x," * 70_000}"'])
def test_a_cell_that_is_too_long_is_named(text: str) -> None:
    (problem,) = parse(f"{CSV}PO-1,S,O,{text},1,2\n", name="o.csv").problems
    assert problem.line == 2
    assert problem.message == "sku is too long: at most 131,072 characters are read"
    (row,) = read_sheet(f"sku,quantity\n{text},1\n".encode(), filename="s.csv", required=("sku",))
    assert (row.line, row.fault) == (2, "a text is longer than 131,072 characters")


def test_a_quote_left_open_over_long_lines_is_called_so() -> None:
    long = "x" * 60_000
    parsed = parse(f'{CSV}PO-1,S,O,"{long}\n{long}\n{long}\n', name="o.csv")
    told = [problem.message for problem in parsed.problems if problem.line == 2]
    assert "a quote is opened and not closed on the same line" in told
