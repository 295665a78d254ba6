from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.lightspeed.requests import ask, encode_query, join, read, wrap, write


def test_a_read_has_no_effect_and_no_body() -> None:
    call = read("read it", "products", "p-1", query={"page_size": 5, "after": None})
    assert (call.method, call.target, call.writes, call.body) == (
        "GET",
        "/products/p-1?page_size=5",
        False,
        None,
    )


def test_a_question_asked_by_post_is_a_read() -> None:
    call = ask("ask", "users", "bulk", body=["u-1"])
    assert (call.method, call.writes, call.body) == ("POST", False, b'["u-1"]')


def test_a_write_without_content_sends_no_body() -> None:
    call = write("delete it", "DELETE", "webhooks", "w-1")
    assert (call.writes, call.body) == (True, None)


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_an_id_cannot_climb_out_of_its_place(segment: str) -> None:
    with pytest.raises(ValueError, match="no id"):
        join("consignments", segment)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_id_stays_one_segment(segment: str) -> None:
    if segment in {".", ".."}:
        return
    path = join("consignments", segment, "products")
    assert urlsplit(path).path == path
    assert [unquote(part) for part in path.split("/")] == ["", "consignments", segment, "products"]


def test_parameters_are_written_as_the_api_reads_them() -> None:
    moment = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    query = encode_query(
        {
            "deleted": True,
            "active": False,
            "sku": "a&b=c",
            "includes[]": ["x", "y"],
            "left_out": None,
            "from": moment,
            "amount": Decimal("1.5"),
        }
    )
    assert parse_qsl(query) == [
        ("deleted", "true"),
        ("active", "false"),
        ("sku", "a&b=c"),
        ("includes[]", "x"),
        ("includes[]", "y"),
        ("from", "2026-11-23T10:00:00Z"),
        ("amount", "1.5"),
    ]


def test_the_envelope_is_a_choice() -> None:
    assert wrap({"name": "PO-1"}, envelope="bare") == {"name": "PO-1"}
    assert wrap({"name": "PO-1"}, envelope="data") == {"data": {"name": "PO-1"}}
