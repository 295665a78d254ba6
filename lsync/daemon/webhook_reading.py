"""Judging a webhook delivery from its bytes: origin, type, digest. Pure; nothing is stored here.

The body is not parsed before its origin is proven (`judge_origin`). Facts about deliveries:
form field ``payload`` without type, id or time; ``X-Signature`` over the raw body (Lightspeed's
public "Webhooks" page).
"""

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import parse_qsl

from lsync.core.domain.hint import UNTYPED
from lsync.core.domain.sanitise import visible
from lsync.core.lightspeed.signature import verify_signature

EVENT_TYPES = (
    "consignment.send",
    "consignment.receive",
    "product.update",
    "inventory.update",
    "sale.update",
    "customer.update",
    "register_closure.create",
)
"""The types Lightspeed has (2026-07)."""

OLDER_TYPES = (
    "consignment.created",
    "consignment.updated",
    "consignment_product.created",
    "consignment_product.updated",
)
"""Names the older integration used, in bodies of its own shape."""

LONGEST_TYPE = 64
"""As many characters of a type are kept as the database has room for."""
FORM_FIELDS = 16
_NAME = re.compile(r"[a-z][a-z_]{0,30}\.[a-z][a-z_]{0,30}", re.ASCII)


class Verdict(StrEnum):
    """How the origin of a delivery was proven, or why it was not."""

    VERIFIED = "verified"
    TOKEN = "token"  # noqa: S105 - the name of a verdict
    UNSIGNED = "unsigned"
    MISSING = "missing"
    REPEATED = "repeated"
    FORGED = "forged"
    BAD_TOKEN = "bad_token"  # noqa: S105 - the name of a verdict
    UNCONFIGURED = "unconfigured"

    @property
    def accepted(self) -> bool:
        """Whether the delivery may come in."""
        return self in {Verdict.VERIFIED, Verdict.TOKEN, Verdict.UNSIGNED}


def judge_origin(
    raw_body: bytes,
    *,
    signatures: Sequence[str],
    token: str | None,
    secrets: Sequence[str],
    url_token: str | None,
    allow_unsigned: bool,
) -> Verdict:
    """Decide whether Lightspeed sent these bytes.

    ``signatures`` are all ``X-Signature`` headers. A delivery that claims proof (a signature or
    a token) must prove it, also where unsigned ones are allowed.
    """
    if len(signatures) > 1:
        return Verdict.REPEATED
    if signatures:
        if not any(secrets):
            return Verdict.UNCONFIGURED
        proven = verify_signature(raw_body, signatures[0], secrets)
        return Verdict.VERIFIED if proven else Verdict.FORGED
    if token is not None:
        return Verdict.TOKEN if _same(token, url_token) else Verdict.BAD_TOKEN
    return Verdict.UNSIGNED if allow_unsigned else Verdict.MISSING


def digest(event_type: str, raw_body: bytes) -> str:
    """What makes two deliveries the same: their type and every byte of their body."""
    return hashlib.sha256(event_type.encode() + b"\n" + raw_body).hexdigest()


def is_event_type(name: str) -> bool:
    """Whether a path names a type, known or one that Lightspeed may add."""
    return _NAME.fullmatch(name) is not None


def type_in_body(raw_body: bytes, content_type: str) -> str:
    """The type that a body names, else ``UNTYPED``. Form-encoded or JSON; no input raises.

    A word that is no type is kept as it was sent, harmless and cut to length: it tells a person
    what the sender meant.
    """
    try:
        text = raw_body.decode("utf-8")
        fields = _form(text) if "form-urlencoded" in content_type else {"payload": text}
        named = fields.get("type") or _named_type(fields.get("payload", ""))
    except (ValueError, RecursionError):
        return UNTYPED
    word = visible(named.strip()[:LONGEST_TYPE])[:LONGEST_TYPE] if isinstance(named, str) else ""
    return word or UNTYPED


def _form(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, max_num_fields=FORM_FIELDS))


def _named_type(payload: str) -> object:
    parsed = json.loads(payload)
    return parsed.get("type") if isinstance(parsed, dict) else None


def _same(given: str, expected: str | None) -> bool:
    if not expected:
        return False
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
