import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.lightspeed.signature import sign, verify_signature

SECRET = "application-secret"
BODY = b"payload=%7B%22id%22%3A%221%22%7D"


def plain_hmac(body: bytes, secret: str) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


def header(signature: str, algorithm: str = "HMAC-SHA256") -> str:
    return f"signature={signature},algorithm={algorithm}"


def test_hex_and_base64_of_the_documented_digest_are_accepted() -> None:
    digest = plain_hmac(BODY, SECRET)
    assert verify_signature(BODY, header(digest.hex()), [SECRET])
    assert verify_signature(BODY, header(digest.hex().upper()), [SECRET])
    assert verify_signature(BODY, header(base64.b64encode(digest).decode()), [SECRET])


@pytest.mark.parametrize("encoding", ["hex", "base64"])
def test_what_sign_writes_verifies(encoding: str) -> None:
    value = sign(BODY, SECRET, encoding=encoding)  # type: ignore[arg-type]  # parametrised
    assert verify_signature(BODY, value, [SECRET])


def test_during_a_rotation_both_secrets_are_good() -> None:
    assert verify_signature(BODY, sign(BODY, "old"), ["new", "old"])
    assert verify_signature(BODY, sign(BODY, "new"), ["new", "old"])
    assert not verify_signature(BODY, sign(BODY, "other"), ["new", "old"])


def test_no_secret_and_the_empty_secret_match_nothing() -> None:
    assert not verify_signature(BODY, sign(BODY, ""), [])
    assert not verify_signature(BODY, sign(BODY, ""), [""])


GOOD = plain_hmac(BODY, SECRET).hex()


@pytest.mark.parametrize(
    "value",
    [
        "",
        GOOD,
        f"signature={GOOD}",
        header(GOOD, "none"),
        header(GOOD, "hmac-sha256"),
        header(GOOD, "HMAC-SHA1"),
        header(GOOD[:-1]),
        header(GOOD + "0"),
        header(GOOD) + ",extra=1",
        f"signature={GOOD},signature={GOOD}",
        f"{header(GOOD)},{header(GOOD)}",
        header(GOOD.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))),
        header(base64.urlsafe_b64encode(bytes.fromhex(GOOD)).decode().rstrip("=")),
        header("é"),
        "\x00",
    ],
)
def test_anything_odd_is_false(value: str) -> None:
    assert not verify_signature(BODY, value, [SECRET])


@given(st.integers(0, 8 * len(BODY) - 1))
def test_one_flipped_bit_of_the_body_breaks_it(position: int) -> None:
    forged = bytearray(BODY)
    forged[position // 8] ^= 1 << position % 8
    assert not verify_signature(bytes(forged), header(GOOD), [SECRET])


@given(st.integers(0, 255))
def test_one_flipped_bit_of_the_signature_breaks_it(position: int) -> None:
    digest = bytearray(plain_hmac(BODY, SECRET))
    digest[position // 8] ^= 1 << position % 8
    assert not verify_signature(BODY, header(digest.hex()), [SECRET])
    assert not verify_signature(BODY, header(base64.b64encode(digest).decode()), [SECRET])


@given(st.binary(), st.text())
def test_no_header_makes_it_raise(body: bytes, value: str) -> None:
    assert verify_signature(body, value, [SECRET]) is False


def test_base64_has_one_spelling() -> None:
    text = base64.b64encode(plain_hmac(BODY, SECRET)).decode()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = alphabet.index(text[-2])
    other = text[:-2] + alphabet[last ^ 1] + "="
    assert base64.b64decode(other) == base64.b64decode(text)
    assert not verify_signature(BODY, header(other), [SECRET])
