"""Texts that are not UTF-8: advised about once, with the option that helps, if one does."""

import json

import pytest

from lsync.core.domain.order_file import FileProblemKind
from lsync.core.domain.order_file.rows import UnreadableFileError
from lsync.core.domain.sheet import read_sheet
from tests.domain.order_files import parse_order_file

HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost\n"
ROWS = "".join(f"PO-{number},Müller,Köln,T{number},1,2\n" for number in range(1, 4))
HELPS = "but cp1252 fits all of it; import it with --encoding cp1252"
HELPLESS = "neither in UTF-8 throughout nor in cp1252; save it as UTF-8"


def told(content: bytes, *, name: str = "o.csv", encoding: str | None = None) -> list[str]:
    parsed = parse_order_file(content, filename=name, encoding=encoding)
    return [
        problem.message for problem in parsed.problems if problem.kind is not FileProblemKind.ROW
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_the_advice_comes_once_and_helps(encoding: str) -> None:
    content = (HEADER + ROWS).encode(encoding)
    (advice,) = told(content)
    assert HELPS in advice
    assert told(content, encoding="cp1252") == []
    parsed = parse_order_file(content, filename="o.csv", encoding="cp1252")
    assert {order.supplier for order in parsed.orders} == {"Müller"}
    of_rows = [each.message for each in parse_order_file(content, filename="o.csv").problems]
    assert of_rows[0] == "supplier is not valid UTF-8; outlet is not valid UTF-8"


@pytest.mark.parametrize(
    "content",
    [
        (HEADER + ROWS).encode() + "PO-4,Müller,K,T,1,2\n".encode("cp1252"),
        (HEADER + ROWS).encode("utf-8-sig") + b"PO-4,M\xfcller,K,T,1,2\n",
        (HEADER + ROWS.replace("ü", "u").replace("ö", "o")).encode() + b"PO-4,\x81,K,T,1,2\n",
    ],
)
def test_an_encoding_that_would_not_help_is_not_advised(content: bytes) -> None:
    (advice,) = told(content)
    assert HELPLESS in advice


def test_a_column_that_is_missed_for_its_name_is_explained() -> None:
    content = (HEADER.replace("quantity", "Stückzahl") + ROWS).encode("cp1252")
    (advice,) = told(content)
    assert "lacks quantity" in advice
    assert HELPS in advice


def test_json_is_advised_about_too() -> None:
    row = {"order_number": "PO-1", "supplier": "Müller", "outlet": "O", "sku": "T", "quantity": 1}
    content = json.dumps([{**row, "unit_cost": 2}], ensure_ascii=False).encode("cp1252")
    (advice,) = told(content, name="o.json")
    assert HELPS in advice


def test_a_character_that_json_spells_wrong_is_no_matter_of_the_encoding() -> None:
    assert told(b'[{"order_number": "PO-1", "supplier": "\\udcfc"}]', name="o.json") == []


def test_bytes_are_recognised_wherever_the_file_is_cut() -> None:
    filling = "PO-1,S,O,T,1,2\n" * 5000
    for shift in range(4):
        content = (HEADER + filling + " " * shift + "PO-2,Größe €,O,T,1,2\n" * 20).encode()
        assert told(content) == []


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_a_file_that_says_it_is_utf_8_is_read_as_nothing_else(encoding: str) -> None:
    content = (HEADER + ROWS).encode("utf-8-sig")
    (problem,) = told(content, encoding=encoding)
    assert problem.endswith(f"that it is UTF-8; leave out --encoding {encoding}")
    assert told(content, encoding="UTF8") == told(content, encoding="utf-8-sig") == []


@pytest.mark.parametrize(
    ("content", "advice"),
    [("sku,quantity\nMüll,1\n".encode("cp1252"), HELPS), (b"sku,quantity\n\x81,1\n", HELPLESS)],
)
def test_a_small_table_is_refused_once(content: bytes, advice: str) -> None:
    with pytest.raises(UnreadableFileError, match=advice):
        read_sheet(content, filename="s.csv", required=("sku",))


def test_a_small_table_reads_in_the_encoding_that_is_named() -> None:
    content = "sku,quantity\nMüll,1\n".encode("cp1252")
    (row,) = read_sheet(content, filename="s.csv", required=("sku",), encoding="cp1252")
    assert row.cells["sku"] == "Müll"
