"""What a webhook hints at: which thing to look at. Its content is never believed, only its id.

Facts about bodies: a form field ``payload`` with JSON (Lightspeed's public "Webhooks" page), or
JSON alone, as the older integration sent it. Nothing here reads or writes anything.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl

FORM_FIELDS = 16
LONGEST_ID = 64


class Look(StrEnum):
    """What is looked at because of a webhook."""

    CONSIGNMENT = "consignment"
    PRODUCT = "product"
    STOCK = "stock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One thing to look at; ``look`` is None where there is nothing to do."""

    look: Look | None
    entity_id: str | None


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
    look, field = _RULES.get(event_type, (None, _ITSELF))
    payload = payload_of(body)
    found = payload.get(field) if isinstance(payload, dict) else None
    usable = isinstance(found, str) and 0 < len(found) <= LONGEST_ID and found.isprintable()
    entity_id = found if isinstance(found, str) and usable else None
    return Hint(look=look if entity_id else None, entity_id=entity_id)


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
