"""Stock adjustments recorded here."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from lsync.core.control.messages.base import Amount, Message
from lsync.core.domain.adjustment import LONGEST, AdjustmentState


class AdjustmentDraft(Message):
    """An adjustment to record. ``quantity`` is signed; ``name`` is the caller's own and unique."""

    name: str = Field(min_length=1, max_length=LONGEST["name"])
    outlet: str = Field(min_length=1, max_length=LONGEST["outlet"])
    sku: str = Field(min_length=1, max_length=LONGEST["sku"])
    quantity: Amount
    reason: str = Field(min_length=1, max_length=LONGEST["reason"])
    note: str | None = Field(default=None, max_length=LONGEST["note"])


class AdjustRequest(Message):
    """``POST /v1/adjustments``: recorded all or none."""

    adjustments: tuple[AdjustmentDraft, ...] = Field(min_length=1, max_length=1000)


class RetryAdjustments(Message):
    """``POST /v1/adjustments/retry``: failed ones by name."""

    names: tuple[str, ...] = Field(min_length=1, max_length=1000)


class AdjustmentMessage(Message):
    """One adjustment and what became of it. ``fresh``: this request has recorded it."""

    id: int
    name: str
    state: AdjustmentState
    outlet: str
    sku: str | None = None
    product_id: str | None = None
    quantity: Amount
    reason: str
    note: str | None = None
    lightspeed_id: str | None = None
    error: str | None = None
    recorded_at: datetime | None = None
    recorded_by: str | None = None
    posted_at: datetime | None = None
    fresh: bool = False


class AdjustmentFile(Message):
    """``POST /v1/adjustments/import``: the file's bytes travel as base64.

    ``encoding`` is UTF-8 unless given.
    """

    filename: str
    content_base64: str
    decimal: Literal["point", "comma"] = "point"
    encoding: str | None = None
    dry_run: bool = False


class AdjustmentFault(Message):
    """Something of the file that keeps it out; without a line it is the file."""

    line: int | None
    message: str


class AdjustmentFileReport(Message):
    """The outcome of an import: all adjustments of the file, or the faults that kept it out."""

    filename: str
    dry_run: bool = False
    adjustments: tuple[AdjustmentMessage, ...] = ()
    faults: tuple[AdjustmentFault, ...] = ()
