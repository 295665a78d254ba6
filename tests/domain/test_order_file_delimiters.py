"""What separates the columns: announced, found, or asked for."""

import pytest

from lsync.core.domain.order_file import ParsedFile
from lsync.core.domain.order_file.rows import UnreadableFileError
from lsync.core.domain.sheet import read_sheet
from tests.domain.order_files import parse_order_file

HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost,note\n"
ROWS = "PO-1,S,O,T1,1,2.5,\nPO-1,S,O,T2,3,4,\n"
TABLE = HEADER + ROWS


def parse(text: str, **options: object) -> ParsedFile:
    return parse_order_file(text.encode(), filename="o.csv", **options)  # type: ignore[arg-type]  # its own


def sheet(text: str) -> list[tuple[int, object]]:
    rows = read_sheet(text.encode(), filename="s.csv", required=("sku", "quantity"))
    return [(row.line, row.fault or row.cells["sku"]) for row in rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_usual_delimiters_are_recognised(delimiter: str, quote: str) -> None:
    header = ",".join(f"{quote}{name}{quote}" for name in HEADER.strip().split(","))
    text = f"{header}\n{ROWS}".replace(",", delimiter)
    (order,) = parse(text).orders
    assert [line.sku for line in order.lines] == ["T1", "T2"]
    assert sheet(text) == [(2, "T1"), (3, "T2")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", ":", "^", "¦"])
@pytest.mark.parametrize("line", ["sep={}\n", "SEP={}\r\n", '\n"sep={}"\n', "\ufeffsep={}\r"])
def test_a_line_that_announces_one_is_obeyed(line: str, delimiter: str) -> None:
    text = line.format(delimiter) + TABLE.replace(",", delimiter)
    top = text.replace("\r\n", "\n").replace("\r", "\n").index("order_number")
    before = text[:top].replace("\r\n", "\n").replace("\r", "\n").count("\n")
    (order,) = parse(text).orders
    assert [line.sku for line in order.lines] == ["T1", "T2"]
    assert sheet(text) == [(before + 2, "T1"), (before + 3, "T2")]
    broken = parse(text + f"PO-2{delimiter}S\n").problems[0]
    assert (broken.line, broken.order_number) == (before + 4, "PO-2")


@pytest.mark.parametrize("announced", ["", "a", ";;", '"', " ", "'"])
def test_a_line_that_announces_what_cannot_be_one_is_refused(announced: str) -> None:
    text = f"sep={announced}\n{TABLE}"
    (problem,) = parse(text).problems
    assert problem.line == 1
    assert "has to name one character" in problem.message
    with pytest.raises(UnreadableFileError, match="has to name one character"):
        sheet(text)


def test_what_was_taken_for_the_delimiter_is_said_with_what_is_missing() -> None:
    told = "whose columns were taken to be separated by semicolons, lacks"
    text = f"sep=;\n{TABLE}"
    (problem,) = parse(text).problems
    assert problem.line == 2
    assert told in problem.message
    with pytest.raises(UnreadableFileError, match=told):
        sheet(text)
    (problem,) = parse("Nummer|Menge|a,b\n1|2|3\n").problems
    assert "separated by |, lacks" in problem.message


def test_a_header_that_nothing_separates_asks_for_the_delimiter() -> None:
    told = "like sep=:"
    for text in (TABLE.replace(",", ":"), "Just a letter\nto somebody\n"):
        (problem,) = parse(text).problems
        assert told in problem.message
        with pytest.raises(UnreadableFileError, match=told):
            sheet(text)


def test_a_delimiter_inside_quotes_separates_nothing() -> None:
    text = 'order_number;"a,supplier,outlet,sku,quantity";supplier;outlet;sku;quantity;unit_cost\n'
    assert len(parse(f"{text}PO-1;;S;O;T1;1;2\n").orders) == 1


def test_renamed_columns_tell_the_delimiter_too() -> None:
    text = "Nr|Wer|Wo|sku|Menge|Preis\nPO-1|S, T|O|T1|1|2\n"
    columns = {
        "order_number": "Nr",
        "supplier": "Wer",
        "outlet": "Wo",
        "quantity": "Menge",
        "unit_cost": "Preis",
    }
    assert len(parse(text, columns=columns).orders) == 1
