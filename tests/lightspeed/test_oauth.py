from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.lightspeed.oauth import (
    SCOPES,
    CallbackError,
    Tokens,
    authorize_url,
    exchange_call,
    read_callback,
    read_tokens,
    refresh_call,
)
from lsync.core.lightspeed.readers import MalformedError

from .conftest import NOW

STATE = "random-state-1234"
ANSWER = {
    "access_token": "access-1",
    "refresh_token": "refresh-1",
    "token_type": "Bearer",
    "expires_in": 86400,
    "domain_prefix": "example",
    "scope": "outlets:read",
}


def test_the_authorization_address_asks_for_the_scopes_and_carries_the_state() -> None:
    url = authorize_url(client_id="app", redirect_uri="http://127.0.0.1:9/cb", state=STATE)
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == (
        "https://secure.retail.lightspeed.app/connect"
    )
    assert parse_qs(parts.query) == {
        "response_type": ["code"],
        "client_id": ["app"],
        "redirect_uri": ["http://127.0.0.1:9/cb"],
        "state": [STATE],
        "scope": [" ".join(SCOPES)],
    }


def test_a_short_state_protects_nobody() -> None:
    with pytest.raises(ValueError, match="8 characters"):
        authorize_url(client_id="app", redirect_uri="http://x", state="1234567")


@pytest.mark.parametrize(
    "text",
    [
        f"http://127.0.0.1:9/cb?code=c-1&domain_prefix=example&state={STATE}",
        f"/cb?code=c-1&domain_prefix=example&state={STATE}",
        f" code=c-1&domain_prefix=example&state={STATE}\n",
    ],
)
def test_the_code_is_read_from_address_or_query(text: str) -> None:
    callback = read_callback(text, state=STATE)
    assert (callback.code, callback.domain_prefix) == ("c-1", "example")


def test_a_pasted_code_is_taken_as_it_is() -> None:
    assert read_callback("  c-1 ", state=STATE).code == "c-1"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://127.0.0.1:9/cb?code=c-1&state=another-state", "state"),
        ("http://127.0.0.1:9/cb?code=c-1", "state"),
        (f"http://127.0.0.1:9/cb?state={STATE}", "no code"),
        (f"http://127.0.0.1:9/cb?error=access_denied&state={STATE}", "denied"),
        ("", "state"),
    ],
)
def test_what_is_no_authorization_is_refused(text: str, why: str) -> None:
    with pytest.raises(CallbackError, match=why):
        read_callback(text, state=STATE)


@given(st.text())
def test_no_pasted_text_crashes(text: str) -> None:
    try:
        found = read_callback(text, state=STATE).code
    except CallbackError:
        return
    assert found == text.strip()


def test_token_calls_are_forms_to_version_1_0_that_never_reach_the_log() -> None:
    exchange = exchange_call("c-1", client_id="app", client_secret="s&=", redirect_uri="http://x")
    refresh = refresh_call("r-1", client_id="app", client_secret="s&=")
    assert parse_qs((exchange.body or b"").decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["c-1"],
        "redirect_uri": ["http://x"],
        "client_id": ["app"],
        "client_secret": ["s&="],
    }
    assert parse_qs((refresh.body or b"").decode())["refresh_token"] == ["r-1"]
    for call in (exchange, refresh):
        assert (call.method, call.path, call.version) == ("POST", "/token", "1.0")
        assert call.confidential
        assert call.writes


def test_tokens_live_as_long_as_the_answer_says() -> None:
    tokens = read_tokens(ANSWER, now=NOW)
    assert tokens.expires_at == NOW + timedelta(days=1)
    assert tokens.good_at(NOW + timedelta(hours=23))
    assert not tokens.good_at(NOW + timedelta(days=1) - timedelta(seconds=30))


def test_what_a_refresh_leaves_out_stays_as_it_was() -> None:
    before = read_tokens(ANSWER, now=NOW)
    after = read_tokens({"access_token": "access-2", "expires_in": "60"}, now=NOW, before=before)
    assert (after.refresh_token, after.domain_prefix) == ("refresh-1", "example")


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"access_token": "x"},
        {**ANSWER, "access_token": 7},
        {**ANSWER, "expires_in": 0},
    ]
    + [{**ANSWER, "access_token": bad} for bad in ("", "a b", "a\r\nb", "é")],
)
def test_an_answer_without_usable_tokens_is_malformed(answer: object) -> None:
    with pytest.raises(MalformedError):
        read_tokens(answer, now=NOW)


def test_stored_tokens_read_back_and_do_not_show() -> None:
    tokens = read_tokens(ANSWER, now=NOW)
    assert Tokens.from_text(tokens.text()) == tokens
    assert "access-1" not in repr(tokens)
    assert "refresh-1" not in repr(tokens)


@given(st.text())
def test_no_stored_text_crashes(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        Tokens.from_text(text)
