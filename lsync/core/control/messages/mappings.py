"""What local words stand for at Lightspeed, and what unknown ones may mean."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from lsync.core.control.messages.base import Message
from lsync.core.control.messages.orders import ProblemMessage

MappableKind = Literal["supplier", "outlet", "product"]


class MappingMessage(Message):
    """A local word or number and the Lightspeed id it stands for.

    ``name`` is what Lightspeed calls it, ``source`` who said so: lsync, person or adopted.
    """

    kind: str
    local_id: str
    lightspeed_id: str
    name: str | None = None
    source: str
    updated_at: datetime


class MapRequest(Message):
    """``POST /v1/mappings``: ``target`` is a Lightspeed id, a name, or a SKU."""

    kind: MappableKind
    local_id: str = Field(min_length=1, max_length=190)
    target: str = Field(min_length=1, max_length=255)


class UnmapRequest(Message):
    """``POST /v1/mappings/remove``."""

    kind: MappableKind
    local_id: str = Field(min_length=1, max_length=190)


class BlockedOrder(Message):
    """An order that uses the word and has other problems left."""

    order_number: str
    problems: tuple[ProblemMessage, ...]


class MappedMessage(Message):
    """A remembered choice, the orders it queued, and those that something else holds up."""

    mapping: MappingMessage
    queued: tuple[str, ...] = ()
    blocked: tuple[BlockedOrder, ...] = ()


class CandidateMessage(Message):
    """Something that may be meant; ``score`` is its likeness from 0 to 1."""

    lightspeed_id: str
    name: str
    sku: str | None = None
    score: float


class SuggestionMessage(Message):
    """An unknown word, the orders that use it, and what it may mean, the likeliest first."""

    kind: MappableKind
    local_id: str
    name: str | None = None
    orders: tuple[str, ...]
    candidates: tuple[CandidateMessage, ...] = ()
