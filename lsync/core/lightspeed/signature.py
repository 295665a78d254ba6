"""Signatures of webhook deliveries. Works on raw bytes: verify before anything is parsed.

Lightspeed sends `X-Signature: signature=<sig>,algorithm=HMAC-SHA256`, keyed with the application's
client secret, over the request body (public "Webhooks" page). Whether `<sig>` is hex or base64 is
not documented, so both are accepted.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Sequence
from typing import Literal

ALGORITHM = "HMAC-SHA256"
_HEX = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)


def verify_signature(raw_body: bytes, header: str, secrets: Sequence[str]) -> bool:
    """Whether one of the secrets signed exactly these bytes.

    Several secrets allow a rotation. Empty secrets never match. Anything odd in the header (other
    algorithm, repeated or unknown field, wrong length) is False; no input raises.
    """
    given = _read_header(header)
    if given is None:
        return False
    usable = [secret for secret in secrets if secret]
    matches = [hmac.compare_digest(_digest(raw_body, secret), given) for secret in usable]
    return any(matches)


def sign(raw_body: bytes, secret: str, *, encoding: Literal["hex", "base64"] = "hex") -> str:
    """The `X-Signature` header value for these bytes."""
    digest = _digest(raw_body, secret)
    text = digest.hex() if encoding == "hex" else base64.b64encode(digest).decode("ascii")
    return f"signature={text},algorithm={ALGORITHM}"


def _digest(raw_body: bytes, secret: str) -> bytes:
    return hmac.digest(secret.encode("utf-8", "surrogatepass"), raw_body, "sha256")


def _read_header(header: str) -> bytes | None:
    fields = [part.strip(" ").partition("=") for part in header.split(",", maxsplit=3)]
    named = {name: value for name, _, value in fields}
    if len(fields) != 2 or named.keys() != {"signature", "algorithm"}:
        return None
    if named["algorithm"] != ALGORITHM:
        return None
    return _decode(named["signature"])


def _decode(text: str) -> bytes | None:
    if _HEX.fullmatch(text):
        return bytes.fromhex(text)
    try:
        digest = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    # Only the one spelling base64 has for these bytes: padding bits may not vary.
    return digest if base64.b64encode(digest).decode("ascii") == text else None
