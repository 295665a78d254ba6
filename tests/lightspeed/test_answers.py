from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.lightspeed import errors
from lsync.core.lightspeed.answers import interpret, judge, readable
from lsync.core.lightspeed.models import Outlet
from lsync.core.lightspeed.readers import MalformedError, identifier, list_of, many, one
from lsync.core.lightspeed.reply import Answer, budget_reading, retry_at
from lsync.core.lightspeed.requests import read, write

from .conftest import NOW

READ = read("read it", "outlets")
WRITE = write("write it", "POST", "outlets", body={})


def answer(status: int = 200, body: bytes = b"{}", **headers: str) -> Answer:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status=status, headers=named, body=body, at=NOW)


def raised(call: Any, given: Answer) -> errors.LightspeedError:
    with pytest.raises(errors.LightspeedError) as caught:
        judge(call, given, request_id="r-1")
    assert caught.value.request_id == "r-1"
    return caught.value


def test_a_success_is_its_json() -> None:
    assert judge(READ, answer(body=b'{"data": [1]}'), request_id="r") == {"data": [1]}
    assert judge(WRITE, answer(204, b""), request_id="r") is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.Invalid),
        (401, errors.Unauthorized),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (422, errors.Invalid),
        (418, errors.Refused),
    ],
)
@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
def test_a_4xx_is_a_refusal_that_changed_nothing(status: int, kind: type, call: Any) -> None:
    error = raised(call, answer(status, b'{"error": "No such thing"}'))
    assert type(error) is kind
    assert (error.status, error.may_have_happened) == (status, False)
    assert "No such thing" in str(error)


@pytest.mark.parametrize(
    "given",
    [
        answer(500),
        answer(502, b"<html>"),
        answer(503, b"", retry_after="5"),
        answer(408),
        answer(302, b"", location="https://evil.example/"),
        answer(303),
        answer(101),
        answer(200, b"<html><body>Maintenance"),
        answer(201, b'{"data": {"id": "x"'),
        answer(200, b"[" * 5000),
        answer(200, b'{"data": NaN}'),
    ],
    ids=lambda given: f"{given.status}-{given.body[:8].decode()}",
)
def test_a_write_without_a_clear_answer_may_have_happened(given: Answer) -> None:
    error = raised(WRITE, given)
    assert type(error) is errors.OutcomeUnknown
    assert error.may_have_happened
    assert "read back" in error.next_step


@pytest.mark.parametrize("given", [answer(500), answer(302), answer(200, b"<html>"), answer(408)])
def test_a_read_without_a_clear_answer_is_unavailable(given: Answer) -> None:
    error = raised(READ, given)
    assert type(error) is errors.Unavailable
    assert not error.may_have_happened


def test_hostile_json_on_a_read_is_a_schema_error() -> None:
    assert type(raised(READ, answer(200, b"[" * 5000))) is errors.SchemaError


def test_a_429_names_the_time_and_changed_nothing() -> None:
    error = raised(WRITE, answer(429, b'{"error":"Too Many Requests"}', retry_after="30"))
    assert isinstance(error, errors.RateLimited)
    assert error.retry_at == NOW + timedelta(seconds=30)
    assert not error.may_have_happened


def http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("17", 17),
        (" 17 ", 17),
        (http_date(NOW + timedelta(seconds=90)), 90),
        ("0", 1),
        (http_date(NOW - timedelta(hours=1)), 1),
        ("86400", 300),
        (http_date(NOW + timedelta(days=3)), 300),
        ("9" * 400, 300),
        ("", 60),
        ("soon", 60),
        ("-5", 60),
        ("1.5", 60),
        ("٣٠", 60),
        ("Mon, 99 Foo 2026 10:00:00 GMT", 60),
        ("Mon, 23 Nov 99999 10:00:00 GMT", 60),
    ],
)
def test_retry_after_is_a_date_seconds_or_nonsense(text: str, seconds: int) -> None:
    given = answer(429, retry_after=text)
    assert retry_at(given) == NOW + timedelta(seconds=seconds)


def test_a_date_is_measured_by_the_servers_own_clock() -> None:
    server = NOW + timedelta(hours=1)
    given = answer(
        429, retry_after=http_date(server + timedelta(seconds=45)), date=http_date(server)
    )
    assert retry_at(given) == NOW + timedelta(seconds=45)


@given(st.text(), st.text())
def test_no_header_makes_the_pause_leave_its_bounds(retry: str, date: str) -> None:
    at = retry_at(answer(429, retry_after=retry, date=date))
    assert timedelta(seconds=1) <= at - NOW <= timedelta(seconds=300)


@given(st.text(max_size=20))
def test_nonsense_in_the_budget_headers_is_ignored(text: str) -> None:
    reading = budget_reading(answer(x_ratelimit_limit=text, x_ratelimit_remaining=text))
    assert reading.limit is None or reading.limit >= 1
    assert reading.remaining is None or reading.remaining >= 0


def test_the_budget_headers_are_read() -> None:
    reading = budget_reading(answer(x_ratelimit_limit="350", x_ratelimit_remaining="0"))
    assert (reading.limit, reading.remaining, reading.retry_at) == (350, 0, None)
    assert budget_reading(answer(429)).retry_at is not None


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"error": "Gone", "message": "It left"}', "Gone; It left"),
        (b'{"errors": {"name": ["is required"]}}', "name: is required"),
        (b'["one", "two"]', "one; two"),
        (b'{"errors": [{"message": "bad"}]}', "bad"),
        (b"<html>", ""),
        (b'{"code": 7}', ""),
    ],
)
def test_errors_are_read_in_whatever_shape_they_come(body: bytes, told: str) -> None:
    why = raised(READ, answer(400, body)).why
    assert why == "Lightspeed answered 400" + (f" ({told})" if told else "")


def test_outside_text_in_errors_is_printable_and_short() -> None:
    error = raised(
        READ, answer(400, b'{"error": "\\u001b]52;c;x\\u0007\\u202e' + b"A" * 999 + b'"}')
    )
    assert error.why.isprintable()
    assert len(error.why) < 400


@given(st.text())
def test_readable_text_is_printable(text: str) -> None:
    assert readable(text).isprintable()


def test_a_broken_answer_names_the_places() -> None:
    value = {"data": [{"id": "o-1"}, {"id": 7, "version": "x"}]}
    with pytest.raises(errors.SchemaError) as caught:
        interpret(READ, value, reader=many(Outlet), request_id="r-1", status=200)
    assert caught.value.paths == ("data.1.id", "data.1.version")
    assert "data.1.id" in caught.value.why


def test_a_broken_answer_to_a_write_leaves_it_undecided() -> None:
    with pytest.raises(errors.OutcomeUnknown, match=r"data\.id"):
        interpret(WRITE, {"data": {}}, reader=one(Outlet), request_id="r-1", status=201)


def test_an_error_never_repeats_the_value_that_was_wrong() -> None:
    with pytest.raises(MalformedError) as caught:
        one(Outlet)({"data": {"id": ["canary"]}})
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("value", [{"data": "s-1"}, {"data": {"id": "s-1"}}, {"id": "s-1"}, "s-1"])
def test_an_id_is_found_in_every_shape_the_contract_has(value: Any) -> None:
    assert identifier(value) == "s-1"


@pytest.mark.parametrize("value", [None, {}, {"data": ""}, {"data": 7}, {"data": {"id": 7}}, []])
def test_what_is_no_id_is_malformed(value: Any) -> None:
    with pytest.raises(MalformedError):
        identifier(value)


@pytest.mark.parametrize("value", [None, {}, {"data": None}, {"data": {}}, "x", 1])
def test_what_is_no_list_is_malformed(value: Any) -> None:
    with pytest.raises(MalformedError):
        list_of(value)


def test_times_in_errors_are_utc() -> None:
    error = errors.BudgetSpent("Could not", available_at=datetime(2026, 11, 23, 14, 22, tzinfo=UTC))
    assert "14:22:00 UTC" in str(error)
