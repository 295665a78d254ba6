"""What a webhook hints at: which thing to look at. Its content is never believed, only its id.

Facts about bodies: a form field ``payload`` with JSON (Lightspeed's public "Webhooks" page), or
JSON alone, as the older integration sent it. Nothing here reads or writes anything.
"""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl

FORM_FIELDS = 16
LONGEST_ID = 64
UNTYPED = "unknown"
"""The type of a webhook that names none, neither in its address nor in its body."""
KEPT_ONLY = frozenset({"sale.update", "customer.update", "register_closure.create"})
"""Types that are kept, counted and searched, and that nothing is looked at for."""


class Look(StrEnum):
    """What is looked at because of a webhook."""

    CONSIGNMENT = "consignment"
    PRODUCT = "product"
    STOCK = "stock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One thing to look at; ``look`` is None where there is nothing to do, for that ``reason``."""

    look: Look | None
    entity_id: str | None
    reason: str = field(default="", compare=False)


_LINE_OF_CONSIGNMENT = (Look.CONSIGNMENT, "consignment_id")
_ITSELF = "id"

_RULES: dict[str, tuple[Look | None, str]] = {
    "consignment.send": _LINE_OF_CONSIGNMENT,
    "consignment.receive": _LINE_OF_CONSIGNMENT,
    "consignment_product.created": _LINE_OF_CONSIGNMENT,
    "consignment_product.updated": _LINE_OF_CONSIGNMENT,
    "consignment.created": (Look.CONSIGNMENT, _ITSELF),
    "consignment.updated": (Look.CONSIGNMENT, _ITSELF),
    "product.update": (Look.PRODUCT, _ITSELF),
    "inventory.update": (Look.STOCK, "product_id"),
}
"""By type: what to look at, and the field that names it. A payload of the first four is one line.

The created and updated ones are names of the older integration. Types that are not here are kept
and can be searched by their own id.
"""


def hint_of(event_type: str, body: str) -> Hint:
    """Return what a webhook asks for; no input raises."""
    look, name = _RULES.get(event_type, (None, _ITSELF))
    payload = payload_of(body)
    found = payload.get(name) if isinstance(payload, dict) else None
    usable = isinstance(found, str) and 0 < len(found) <= LONGEST_ID and found.isprintable()
    entity_id = found if isinstance(found, str) and usable else None
    if look and entity_id:
        return Hint(look=look, entity_id=entity_id)
    reason = _fault(payload, name) if look else _no_rule(event_type)
    return Hint(look=None, entity_id=entity_id, reason=reason)


def _no_rule(event_type: str) -> str:
    if event_type in KEPT_ONLY:
        return f"Webhooks of type {event_type} are kept to be searched; nothing follows from them."
    if event_type == UNTYPED:
        return "It names no type of webhook, neither in its address nor in its body."
    return f"lsync knows no webhooks of type {event_type}."


def _fault(payload: object, name: str) -> str:
    if payload is None:
        return "Its body is neither JSON nor a form whose field payload is JSON."
    if not isinstance(payload, dict):
        return "Its JSON is not an object."
    if name not in payload:
        return f"Its body has no {name}, so it does not say what to look at."
    return f"Its {name} is not a text of 1 to {LONGEST_ID} printable characters."


def payload_of(body: str) -> object:
    """Read the JSON of a form field ``payload``, or of the whole body; None if there is none."""
    try:
        return json.loads(_written(body))
    except (ValueError, RecursionError):
        return None


def _written(body: str) -> str:
    if body.lstrip().startswith("{"):
        return body
    return dict(parse_qsl(body, max_num_fields=FORM_FIELDS)).get("payload", body)
