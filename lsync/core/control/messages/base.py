"""Foundation of every message: the base class, who answers, and what an error says."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from lsync.core.domain.amount import plain

PROTOCOL = 1
"""Raised when a client of the old protocol could misread the new one."""

Amount = Annotated[
    Decimal,
    Field(allow_inf_nan=True),
    PlainSerializer(plain, return_type=str, when_used="json"),
]
"""A quantity or money: in JSON a string of plain digits, ``4`` and ``4.25``, never ``4.00000``.

Whatever number another program wrote into an order is shown, so that it can be corrected.
"""


class Message(BaseModel):
    """Base of all messages: frozen, and tolerant of fields a newer peer may add."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Hello(Message):
    """``GET /v1/hello``: who answers. Compared before anything else."""

    protocol: int = PROTOCOL
    version: str
    boot: str
    pid: int | None = None
    mode: Literal["daemon", "in_process"] = "daemon"
    read_only: bool = False
    instance: str = ""
    production: bool = False
    """Whether it works on a shop of Lightspeed's, not on a simulator."""


class ErrorMessage(Message):
    """Body of every answer that is not 2xx: what happened, why, what to do next."""

    error: str
    why: str = ""
    next_step: str = ""
    exit_code: int = 1
