"""Foundation of every message: the base class, who answers, and what an error says."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

PROTOCOL = 1
"""Raised when a client of the old protocol could misread the new one."""


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


class ErrorMessage(Message):
    """Body of every answer that is not 2xx: what happened, why, what to do next."""

    error: str
    why: str = ""
    next_step: str = ""
    exit_code: int = 1
