import contextlib
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.lightspeed.wire import (
    WireError,
    moment_text,
    quantity_text,
    read_decimal,
    read_json,
    read_moment,
    write_json,
)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b"[" * 1_000 + b"]" * 1_000,
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b'{"a": NaN}',
        b"[Infinity, -Infinity]",
        b'"\\ud800"',
        b'{"\\udfff": 1}',
        b"1" * 5_000,
        b'{"version": {"max": ' + b"9" * 5_000 + b"}}",
        b"[1e99999999999999999999]",
    ],
    ids=lambda body: body[:12].decode(),
)
def test_hostile_json_is_named_as_such(body: bytes) -> None:
    with pytest.raises(WireError) as caught:
        read_json(body)
    assert caught.value.hostile


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"data": [', b'{"a"', b"\xff\xfe", b'"\xed\xa0\x80"', b"{} {}"]
)
def test_a_torn_or_foreign_answer_is_told_from_a_hostile_one(body: bytes) -> None:
    with pytest.raises(WireError) as caught:
        read_json(body)
    assert not caught.value.hostile


def test_numbers_keep_every_digit() -> None:
    assert read_json(b"[4.1, 12345678901234.56789, 3]") == [
        Decimal("4.1"),
        Decimal("12345678901234.56789"),
        3,
    ]


def test_a_surrogate_pair_is_text() -> None:
    assert read_json(b'"\\ud83d\\ude00"') == "😀"


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(body: bytes) -> None:
    with contextlib.suppress(WireError):
        read_json(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


@given(JSON)
def test_reading_undoes_writing(value: object) -> None:
    assert read_json(write_json(value)) == value


@given(st.integers(-(10**17), 10**17))
def test_quantities_survive_the_wire(hundred_thousandths: int) -> None:
    value = Decimal(hundred_thousandths).scaleb(-5)
    text = quantity_text(value)
    assert read_decimal(text) == value
    assert len(text.partition(".")[2]) == 5


@pytest.mark.parametrize(
    "value", ["0.000001", "1e13", "1e9999999", "NaN", "Infinity", "sNaN", "1e-30"]
)
def test_a_quantity_that_would_be_rounded_is_not_sent(value: str) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        quantity_text(Decimal(value))


@pytest.mark.parametrize("value", ["10.00000", "-3", 7, Decimal("4.5"), "0.1"])
def test_decimal_strings_and_numbers_are_quantities(value: object) -> None:
    assert read_decimal(value) == Decimal(str(value))


@pytest.mark.parametrize(
    "value",
    [
        True,
        1.5,
        "",
        " 1",
        "1 ",
        "1_000",
        "١٠",
        "1e5",
        "NaN",
        "Infinity",
        ".5",
        "5.",
        "1,5",
        "12345678901234",
        None,
        [],
        {},
        Decimal("1e13"),
        Decimal("7.9e1000000"),
        Decimal("-1e99999999"),
        Decimal("1e-999999"),
        Decimal("0e-999999"),
        10**4000,
    ],
    ids=lambda value: type(value).__name__,
)
def test_everything_else_is_not(value: object) -> None:
    with pytest.raises(ValueError, match="decimal"):
        read_decimal(value)


def test_times_are_utc_whatever_zone_they_came_in() -> None:
    expected = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    for text in ("2026-11-23T10:00:00Z", "2026-11-23 10:00:00", "2026-11-23T11:00:00+01:00"):
        assert read_moment(text) == expected


def test_times_are_sent_in_utc() -> None:
    east = datetime(2026, 11, 23, 11, 0, tzinfo=timezone(timedelta(hours=1)))
    assert moment_text(east) == "2026-11-23T10:00:00Z"
    with pytest.raises(ValueError, match="time zone"):
        moment_text(east.replace(tzinfo=None))


def test_only_what_has_a_wire_form_is_sent() -> None:
    assert json.loads(write_json({"count": Decimal("2.5")})) == {"count": "2.50000"}
    with pytest.raises(TypeError):
        write_json({"what": object()})
    with pytest.raises(ValueError, match="JSON"):
        write_json({"what": float("nan")})
