"""Files that are written otherwise: other encodings, other names for the columns."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.order_file import DecimalMark, ParsedFile
from tests.domain.order_files import parse_order_file

GERMAN = "Bestell-Nr;Lieferant;Filiale;sku;Menge;Preis\nPO-1;Müller & Söhne;Köln;T1;2;3,50\n"
COLUMNS = {
    "order_number": "Bestell-Nr",
    "supplier": "Lieferant",
    "outlet": "FILIALE",
    "quantity": "Menge",
    "unit_cost": " Preis ",
}


def parse(content: bytes, *, name: str = "b.csv", **options: object) -> ParsedFile:
    values: dict[str, object] = {"decimal": DecimalMark.COMMA, "columns": COLUMNS, **options}
    return parse_order_file(content, filename=name, **values)  # type: ignore[arg-type]  # options


def why(parsed: ParsedFile) -> str:
    assert parsed.orders == ()
    return parsed.problems[0].message


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-8", "utf-16", "UTF-8-SIG"])
def test_any_usual_encoding_reads(encoding: str) -> None:
    (order,) = parse(GERMAN.encode(encoding), encoding=encoding).orders
    assert (order.supplier, order.outlet) == ("Müller & Söhne", "Köln")
    assert str(order.lines[0].unit_cost) == "3.5"


def test_json_columns_are_renamed_too_also_inside_lines() -> None:
    rows = [
        {
            "Bestell-Nr": "PO-1",
            "Lieferant": "A",
            "Filiale": "B",
            "lines": [{"sku": "T1", "Menge": 2, "Preis": "1,5"}],
        }
    ]
    for name, content in (("b.json", json.dumps(rows)), ("b.jsonl", json.dumps(rows[0]))):
        (order,) = parse(content.encode(), name=name).orders
        assert str(order.lines[0].quantity) == "2"


def test_a_column_of_our_name_does_not_shadow_the_named_one() -> None:
    text = "order_number,supplier,outlet,sku,quantity,unit_cost,Menge\nPO-1,A,B,T1,9,1,2\n"
    parsed = parse(text.encode(), columns={"quantity": "Menge"}, decimal=DecimalMark.POINT)
    assert str(parsed.orders[0].lines[0].quantity) == "2"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"columns": {"menge": "Menge"}}, "“menge” is no column of an order file"),
        ({"columns": {**COLUMNS, "sku": "Artikel"}}, "no column “artikel” (for sku)"),
        ({"columns": {"sku": "x", "quantity": "X "}}, "the same name"),
        ({"encoding": "klingon"}, "there is no encoding “klingon”"),
        ({"encoding": "utf-16"}, "byte order mark; try --encoding utf-16-le"),
        ({"encoding": "UTF32"}, "byte order mark; try --encoding utf-32-le"),
        ({"encoding": "ascii"}, "byte 52 does not fit"),
        ({"encoding": "base64"}, "encoding"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_comes_in(
    options: dict[str, object], expected: str
) -> None:
    assert expected in why(parse(GERMAN.encode(), **options))  # type: ignore[arg-type]  # options


def test_a_json_file_without_a_named_column_is_refused() -> None:
    assert "no column" in why(parse(b'[{"sku": "x"}]', name="b.json"))


def test_utf_16_without_a_word_about_it_names_the_way() -> None:
    assert "--encoding utf-16" in why(parse(GERMAN.encode("utf-16")))


@given(st.binary(max_size=200), st.sampled_from(["utf-16", "cp1252", "utf-7", "idna", "rot13"]))
def test_no_bytes_in_any_encoding_break_the_reader(content: bytes, encoding: str) -> None:
    assert parse(content, encoding=encoding).orders == ()
