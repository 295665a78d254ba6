"""Origin, type and digest of deliveries; hostile ones above all."""

import json
import random
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.hint import UNTYPED
from lsync.core.lightspeed.signature import sign
from lsync.daemon.webhook_reading import (
    EVENT_TYPES,
    OLDER_TYPES,
    Verdict,
    digest,
    is_event_type,
    judge_origin,
    type_in_body,
)

SECRET = "client-secret"
FORM = "application/x-www-form-urlencoded"
BODY = urlencode({"payload": json.dumps({"id": "1", "count": "8.00000"})}).encode()


def judge(
    body: bytes = BODY,
    *signatures: str,
    token: str | None = None,
    secrets: tuple[str, ...] = (SECRET,),
    url_token: str | None = None,
    allow_unsigned: bool = False,
) -> Verdict:
    return judge_origin(
        body,
        signatures=signatures,
        token=token,
        secrets=secrets,
        url_token=url_token,
        allow_unsigned=allow_unsigned,
    )


def test_signed_deliveries_come_in_during_a_rotation_too() -> None:
    assert judge(BODY, sign(BODY, SECRET)) is Verdict.VERIFIED
    assert judge(BODY, sign(BODY, "old"), secrets=("new", "old")) is Verdict.VERIFIED
    assert judge(BODY, sign(BODY, SECRET, encoding="base64")) is Verdict.VERIFIED


def test_a_token_in_the_address_is_proof_for_subscriptions_without_signature() -> None:
    assert judge(BODY, token="t0ken", url_token="t0ken") is Verdict.TOKEN
    assert judge(BODY, token="t0keN", url_token="t0ken") is Verdict.BAD_TOKEN
    assert judge(BODY, token="", url_token="") is Verdict.BAD_TOKEN
    assert judge(BODY, token="é", url_token=None) is Verdict.BAD_TOKEN


def test_without_proof_nothing_comes_in_unless_allowed() -> None:
    assert judge(BODY) is Verdict.MISSING
    assert not Verdict.MISSING.accepted
    assert judge(BODY, allow_unsigned=True) is Verdict.UNSIGNED


def test_proof_that_is_claimed_must_hold_even_where_unsigned_ones_are_allowed() -> None:
    assert judge(BODY, sign(BODY, "wrong"), allow_unsigned=True) is Verdict.FORGED
    assert judge(BODY, token="wrong", url_token="t", allow_unsigned=True) is Verdict.BAD_TOKEN


def test_a_doubled_signature_is_refused_though_one_is_right() -> None:
    assert judge(BODY, sign(BODY, SECRET), sign(BODY, SECRET)) is Verdict.REPEATED


def test_an_empty_secret_proves_nothing() -> None:
    assert judge(BODY, sign(BODY, ""), secrets=("",)) is Verdict.UNCONFIGURED
    assert judge(BODY, sign(BODY, ""), secrets=()) is Verdict.UNCONFIGURED


def forge(chance: random.Random) -> tuple[bytes, str]:  # noqa: PLR0911 - one return per forgery
    """A delivery that is not what was signed: one of many small changes."""
    good = sign(BODY, SECRET, encoding=chance.choice(["hex", "base64"]))
    match chance.randrange(8):
        case 0:
            at = chance.randrange(len(BODY))
            flipped = bytes([BODY[at] ^ (1 << chance.randrange(8))])
            return BODY[:at] + flipped + BODY[at + 1 :], good
        case 1:
            return BODY[: chance.randrange(len(BODY))], good
        case 2:
            digits = good.split("=", 1)[1].split(",")[0]
            return BODY, good.replace(digits, digits[: chance.randrange(len(digits))])
        case 3:
            algorithm = chance.choice(["none", "HMAC-SHA1", "HMAC-MD5", "", "hmac-sha256", "HS256"])
            return BODY, good.replace("HMAC-SHA256", algorithm)
        case 4:
            return BODY, f"signature={chance.randbytes(32).hex()},algorithm=HMAC-SHA256"
        case 5:
            digits = sign(BODY, SECRET, encoding="base64").split("=", 1)[1].split(",")[0]
            return BODY, f"signature={digits.swapcase()},algorithm=HMAC-SHA256"
        case 6:
            return BODY, sign(BODY, chance.choice([SECRET.upper(), SECRET + " ", SECRET[:-1], ""]))
        case _:
            return BODY, good + chance.choice([",", f",{good}", ",x=1", "\x00", "=", "ﬀ"])


@pytest.mark.parametrize("many", [10_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_forgeries_stay_out(many: int) -> None:
    chance = random.Random(7)
    accepted = [
        (body, signature)
        for body, signature in (forge(chance) for _ in range(many))
        if judge(body, signature).accepted
    ]
    assert accepted == []


@pytest.mark.parametrize("name", [*EVENT_TYPES, *OLDER_TYPES, "gift_card.update"])
def test_known_and_future_types_are_types(name: str) -> None:
    assert is_event_type(name)


@pytest.mark.parametrize(
    "name", ["", "x", "sale", "sale.", ".update", "sale.update.x", "SALE.UPDATE", "a" * 90 + ".b"]
)
def test_other_names_are_not(name: str) -> None:
    assert not is_event_type(name)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"type": "consignment.created", "id": "1"}', "application/json"),
        (urlencode({"payload": '{"type": "consignment.created"}'}).encode(), FORM),
        (
            urlencode({"type": "consignment.created", "payload": "{}"}).encode(),
            FORM + "; charset=utf-8",
        ),
    ],
)
def test_the_type_is_found_in_the_body(body: bytes, content_type: str) -> None:
    assert type_in_body(body, content_type) == "consignment.created"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"type": 5}',
        b'{"type": "  "}',
        b'{"type": ["consignment.created"]}',
        b'"consignment.created"',
        b"9" * 5000,
    ],
)
def test_hostile_json_has_no_type(body: bytes) -> None:
    assert type_in_body(body, "application/json") == UNTYPED


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("nope", "nope"),
        ("../../etc", "../../etc"),
        ("\ud800", "\ufffd"),
        ("x\x1b[2J", "x\u241b[2J"),
        (" orders " + "\u202e" * 99, ("orders " + "\\u202e" * 99)[:64]),
    ],
)
def test_a_word_that_is_no_type_is_kept_harmless_and_short(sent: str, kept: str) -> None:
    assert type_in_body(json.dumps({"type": sent}).encode(), "application/json") == kept


def test_a_form_of_many_fields_is_not_taken_apart() -> None:
    body = ("&".join(["a=1"] * 100) + "&type=consignment.created").encode()
    assert type_in_body(body, FORM) == UNTYPED


@given(st.binary(max_size=2000), st.sampled_from([FORM, "application/json", ""]))
def test_no_body_breaks_the_reader(body: bytes, content_type: str) -> None:
    assert 0 < len(type_in_body(body, content_type)) <= 64


@given(st.binary(), st.text(), st.text(max_size=40))
def test_no_header_breaks_the_judge(body: bytes, header: str, token: str) -> None:
    assert not judge(body, header, token=token).accepted


def test_the_digest_tells_types_apart() -> None:
    assert digest("sale.update", BODY) != digest("product.update", BODY)
    assert digest("sale.update", BODY) == digest("sale.update", BODY)
